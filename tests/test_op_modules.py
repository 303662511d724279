"""The table of op modules against torch: every class is called in the place of the function it stands for."""

from __future__ import annotations

import ast
import inspect
import itertools
import linecache
import re
import runpy
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from modulint.fixers.op_modules import OpModule, Row, all_modules, for_call, for_operator, out_of_place, parse_row
from modulint.fixers.op_modules.table import AIMET, SEVERAL, rows_by_operation
from modulint.lint.constructor import Inexpressible
from modulint.lint.operations import MODULES, MOVEMENT, OPERATIONS, TABLES

pytestmark = pytest.mark.filterwarnings("ignore")

# --- calls, one for each signature at least ----------------------------------------------------------------------------
# `x`, `y`, `z` are matrices, `b`, `d` batches of them, `v`, `u` vectors, `s` lies between 0 and 1, `h` is positive
# definite, `c` complex; `i`, `j` hold indices, `k`, `e` positive integers, `m` is a mask; `im`, `row`, `vol` are images
# of rank 2, 1, 3, `w2`, `w1`, `w3` the weights of convolutions, `g` a grid, `a8`, `s8` statistics; `n` is an integer,
# `f` a number, `xs` a list of matrices.
CALLS = """
torch.cat([x, y], dim=1); torch.cat((x, y)); torch.cat(xs, 1); torch.stack([x, y], -1)
torch.column_stack([x, y]); torch.dstack([x, y]); torch.hstack((x, y)); torch.vstack(xs)
torch.linalg.multi_dot([x, y, z])
torch.block_diag(x, y); torch.cartesian_prod(v, u); torch.broadcast_tensors(x, v); torch.chain_matmul(x, y, z)
torch.meshgrid(v, u); torch.meshgrid(v, u, v, indexing="ij"); torch.meshgrid([v, u])
torch.meshgrid([v, u], indexing="xy")
torch.einsum("ij,jk->ik", x, y); torch.einsum("ij->ji", x); torch.einsum("ij,jk->ik", [x, y])
torch.acosh(s + 1); torch.atanh(s); torch.angle(c); torch.conj_physical(c); torch.corrcoef(x); torch.frexp(x)
torch.logical_not(m); torch.mvlgamma(s + 2, 2); torch.polygamma(1, s); s.polygamma(1)
torch.round(x); torch.round(x, decimals=1); torch.special.round(x, decimals=1); torch.special.round(x)
torch.logit(s); torch.logit(s, eps=0.1); torch.logit(s, 0.1); torch.nan_to_num(x / 0); torch.nan_to_num(x, 1.0)
torch.nan_to_num(x / 0, posinf=3.0)
torch.clamp(x, min=0); torch.clamp(x, -0.5, 1); torch.clamp(x, max=f); torch.clamp(x, y); torch.clamp(x, max=y)
torch.clamp_min(x, 0); torch.clamp_min(x, y); torch.clamp_max(x, 0.5); torch.clamp_max(x, max=y)
torch.atan2(x, y); torch.fmax(x, y); torch.fmin(x, y); torch.gcd(k, e); torch.hypot(x, y); torch.igamma(s, s)
torch.igammac(s, s); torch.lcm(k, e); torch.ldexp(x, e); torch.logaddexp(x, y); torch.logaddexp2(x, y)
torch.logical_and(m, i); torch.logical_or(m, i); torch.logical_xor(m, i); torch.maximum(x, y); torch.minimum(x, y)
torch.nextafter(x, y); torch.inner(x, y); torch.kron(x, y); torch.vdot(v, u); x.type_as(i); x.type_as(other=y)
torch.copysign(x, y); torch.copysign(x, -1); torch.fmod(x, 2); torch.fmod(x, y)
torch.remainder(x, y); torch.remainder(x, 2); torch.remainder(2, x); torch.remainder(f, x)
torch.xlogy(x, s); torch.xlogy(2, s); torch.xlogy(x, 2.0); torch.special.xlog1py(x, s); torch.special.zeta(s + 2, s)
torch.bitwise_left_shift(k, e); torch.bitwise_left_shift(k, 1); torch.bitwise_right_shift(k, e)
torch.bitwise_right_shift(2, e); torch.bitwise_and(k, e); torch.bitwise_and(k, 1); torch.bitwise_or(k, e)
torch.bitwise_or(1, e); torch.bitwise_xor(k, e); torch.bitwise_not(k)
torch.add(x, y); torch.add(x, 2); torch.add(x, f); torch.add(x, y, alpha=2); torch.add(x, other=y); torch.add(i, 0.5)
torch.add(2, x); torch.sub(x, y); torch.sub(x, 1); torch.sub(x, y, alpha=0.5); torch.sub(1, x); torch.rsub(x, y)
torch.rsub(x, 1); torch.rsub(x, y, alpha=2)
torch.mul(x, y); torch.mul(x, 2); torch.mul(x, n); torch.mul(2, x); torch.mul(0.5, x)
torch.div(x, y); torch.div(x, 2); torch.div(i, 2); torch.div(2, x); torch.div(x, y, rounding_mode="floor")
torch.div(x, 2, rounding_mode="trunc"); torch.true_divide(x, y); torch.true_divide(1, x)
torch.floor_divide(x, y); torch.floor_divide(x, 2); torch.floor_divide(i, 2); torch.floor_divide(2, x)
torch.pow(x, 2); torch.pow(x, y); torch.pow(2, x); torch.pow(x, exponent=0.5); torch.pow(k, 2)
torch.float_power(x, 2); torch.float_power(s, y); torch.float_power(2, x)
torch.matmul(x, y); torch.matmul(b, d); torch.matmul(x, v); torch.matmul(input=x, other=y)
torch.eq(x, y); torch.eq(x, 0); torch.ne(x, y); torch.ne(x, 0.5); torch.lt(x, y); torch.lt(x, 0); torch.le(x, y)
torch.gt(x, y); torch.gt(x, 0); torch.ge(x, y); torch.ge(x, f); torch.eq(input=x, other=y)
torch.neg(x)
torch.addcdiv(x, y, z, value=0.5); torch.addcdiv(x, y, z); torch.addcmul(x, y, z, value=2); torch.addcmul(x, y, z)
torch.lerp(x, y, 0.3); torch.lerp(x, y, z); torch.heaviside(x, y); torch.isclose(x, y); torch.isclose(x, y, 0.1, 0.2)
torch.isin(i, j); torch.isin(i, 2); torch.isin(2, j); torch.complex(x, y); torch.polar(s, x)
torch.where(m, x, y); torch.where(m, x, 0.0); torch.where(m, 0, x); torch.where(m, 1.0, 0.0); torch.where(m)
x.where(m, y); x.where(m, 0)
torch.masked_fill(x, m, -1e9); x.masked_fill(m, float("-inf")); x.masked_fill(m, 0); x.masked_fill(m, v[0])
torch.masked_scatter(x, m, y); torch.masked_select(x, m)
torch.special.chebyshev_polynomial_t(s, 2); torch.special.chebyshev_polynomial_u(s, e)
torch.special.chebyshev_polynomial_v(s, 2); torch.special.chebyshev_polynomial_w(2.0, e)
torch.special.hermite_polynomial_h(s, 2); torch.special.hermite_polynomial_he(s, 2)
torch.special.laguerre_polynomial_l(s, 2); torch.special.legendre_polynomial_p(s, 2)
torch.special.shifted_chebyshev_polynomial_t(s, 2); torch.special.shifted_chebyshev_polynomial_u(s, 2)
torch.special.shifted_chebyshev_polynomial_v(s, 2); torch.special.shifted_chebyshev_polynomial_w(s, 2)
torch.mean(x); torch.mean(x, 1); torch.mean(x, -1, True); torch.mean(b, (1, 2), keepdim=True); torch.mean(x, dim=[0])
torch.mean(x, dtype=torch.float64); torch.mean(x, 1, dtype=torch.float64); torch.mean(x, dim=n - 1); torch.mean(x, None)
torch.sum(x); torch.sum(x, 1); torch.sum(b, dim=(1, 2)); torch.sum(x, dim=None, keepdim=True); torch.sum(m)
torch.sum(i, dtype=torch.float32); torch.prod(x); torch.prod(x, 1); torch.prod(x, dim=0, keepdim=True)
torch.nanmean(x); torch.nanmean(x, 1); torch.nansum(x, dim=(0, 1)); torch.nansum(x, dim=1, keepdim=True)
torch.max(x); torch.max(x, 1); torch.max(x, y); torch.max(x, dim=-1, keepdim=True); torch.max(x, n - 1)
torch.max(x, 1, True); torch.min(x); torch.min(x, y); torch.min(x, dim=0); torch.median(x); torch.median(x, 0)
torch.nanmedian(x); torch.nanmedian(x, dim=1); torch.max(x, other=y); torch.max(x, 1).values; torch.max(x, 1)[1]
torch.all(m); torch.all(m, 1); torch.any(m); torch.any(m, dim=1, keepdim=True); torch.any(m, (0, 1))
torch.amax(x); torch.amax(x, 1); torch.amax(x, dim=(0, 1)); torch.amin(x); torch.amin(x, 1, keepdim=True)
torch.logsumexp(x, 1); torch.logsumexp(x, (0, 1), True); torch.aminmax(x); torch.aminmax(x, dim=1, keepdim=True)
torch.argmax(x); torch.argmax(x, 1); torch.argmax(x, dim=-1, keepdim=True); torch.argmin(x); torch.argmin(x, dim=0)
torch.std(x); torch.std(x, 1); torch.std(x, (0, 1)); torch.std(x, False); torch.std(x, dim=1, unbiased=False)
torch.std(x, 1, False, True); torch.std(x, dim=1, keepdim=True); torch.std(x, correction=0); torch.std(x, 1, correction=0)
torch.std_mean(x); torch.std_mean(x, 1); torch.std_mean(x, False); torch.std_mean(x, 1, False)
torch.std_mean(x, 1, correction=0); torch.var(x); torch.var(x, 1); torch.var(x, True); torch.var(x, 1, unbiased=False)
torch.var(x, (0, 1), correction=0, keepdim=True); torch.var_mean(x); torch.var_mean(x, dim=[0]); torch.var_mean(x, False)
torch.var_mean(b, dim=[1, 2], unbiased=False, keepdim=True); torch.var_mean(x, dim=1, correction=0, keepdim=True)
torch.count_nonzero(x); torch.count_nonzero(x, 1); torch.count_nonzero(x, dim=(0, 1))
torch.norm(x); torch.norm(x, 1); torch.norm(x, p=2.0); torch.norm(x, 2, 1); torch.norm(x, p=2, dim=(0, 1), keepdim=True)
torch.norm(x, dim=1); torch.norm(b, dim=(1, 2), keepdim=True); torch.norm(x, p="fro"); torch.norm(x, "fro", (0, 1)); x.norm(dim=-1, keepdim=True)
x.norm(p=2, dim=-1, keepdim=True); x.norm(); torch.norm(x, 2, 1, dtype=torch.float64); x.norm("nuc")
torch.linalg.vector_norm(x); torch.linalg.vector_norm(x, 1); torch.linalg.vector_norm(x, dim=-1, keepdim=True)
torch.linalg.vector_norm(x, 2, (0, 1)); torch.linalg.vector_norm(x, ord=2, dim=1); torch.linalg.vector_norm(x, 2, 1, True)
torch.linalg.norm(x); torch.linalg.norm(x, 1); torch.linalg.norm(x, dim=1); torch.linalg.norm(x, 2, -1)
torch.linalg.norm(x, ord="fro", dim=(0, 1)); torch.linalg.matrix_norm(x); torch.linalg.matrix_norm(x, 2); torch.linalg.matrix_norm(b, dim=(0, 1), keepdim=True)
torch.linalg.matrix_norm(b, ord="fro", dim=(1, 2), keepdim=True); torch.linalg.cond(h); torch.linalg.cond(h, 2)
torch.linalg.cond(h, "fro"); torch.linalg.norm(x, "nuc")
torch.dist(x, y); torch.dist(x, y, 1); torch.cdist(x, y); torch.cdist(x, y, p=1.0); torch.pdist(x); F.pdist(x, 1.0)
torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist"); torch.renorm(x, 2, 0, 0.5)
torch.quantile(x, 0.5); torch.quantile(x, s8, dim=1); torch.nanquantile(x, 0.5, 1, True)
torch.quantile(x, 0.3, interpolation="nearest")
torch.topk(x, 2); torch.topk(x, k=2, dim=0, largest=False); torch.topk(x, 2)[0]; torch.topk(x, 2).indices
torch.sort(x); torch.sort(x, 0, True); torch.sort(x, dim=1, descending=True); torch.sort(x, stable=True)
torch.argsort(x); torch.argsort(x, -1, descending=True); torch.argsort(x, stable=True); torch.msort(x)
torch.kthvalue(x, 2); torch.kthvalue(x, 2, dim=0, keepdim=True); torch.mode(x); torch.mode(x, 0)
torch.cummax(x, 1); torch.cummin(x, dim=0); torch.logcumsumexp(x, 1); torch.cumprod(x, 1); torch.cumsum(x, dim=-1)
torch.cumsum(i, 1, dtype=torch.float32); torch.histc(x); torch.histc(x, 10, min=-1, max=1); torch.bincount(j)
torch.bincount(j, v, 6); torch.unique(i); torch.unique(i, return_inverse=True); torch.unique_consecutive(j)
torch.unique_consecutive(i, return_counts=True, dim=0); torch.unique(i, sorted=False, dim=0)
torch.bucketize(x, a8); torch.bucketize(x, boundaries=a8, right=True); torch.bucketize(0.3, a8)
torch.searchsorted(a8, x); torch.searchsorted(a8, 0.5, right=True); torch.searchsorted(a8, x, side="right")
torch.diff(x); torch.diff(x, 2, dim=0); torch.diff(x, prepend=y); torch.trapezoid(x, y); torch.trapezoid(x)
torch.trapezoid(x, dx=0.5, dim=0); torch.cumulative_trapezoid(x, y, dim=0); torch.cumulative_trapezoid(x)
torch.trapz(x, y); torch.cov(x); torch.cov(x, correction=0)
torch.bmm(b, d); torch.mm(x, y); torch.mm(x, mat2=y); torch.mv(x, v); torch.outer(v, u); torch.dot(v, u)
torch.addmm(x, y, z); torch.addmm(x, y, z, beta=0.5, alpha=2); torch.addmv(v, x, u); torch.addr(x, v, u, alpha=2)
torch.baddbmm(b, b, d); torch.baddbmm(b, b, d, beta=0, alpha=0.5); torch.addbmm(x, b, d)
torch.tensordot(x, y); torch.tensordot(x, y, dims=1); torch.tensordot(x, y, dims=([1], [0]))
torch.matrix_power(x, 3); torch.linalg.matrix_power(x, 2)
torch.cross(w1[:, :3, 0], w1[:, 3:6, 0], dim=1); torch.linalg.cross(w1[:, :3, 0], w1[:, 3:6, 0])
torch.linalg.vecdot(x, y); torch.linalg.vecdot(x, y, dim=0); torch.cholesky(h); torch.linalg.cholesky(h, upper=True)
torch.cholesky_inverse(h); torch.cholesky_solve(x, h); torch.linalg.qr(x); torch.linalg.qr(x, mode="complete")
torch.linalg.svd(x); torch.linalg.svd(x, full_matrices=False); torch.linalg.svdvals(x); torch.linalg.eigh(h)
torch.linalg.eigvalsh(h, UPLO="U"); torch.linalg.eig(x); torch.linalg.eigvals(x); torch.linalg.lu(x)
torch.linalg.lu_factor(x); torch.linalg.lu_solve(x, j.int().clamp(1), y); torch.linalg.solve(h, x)
torch.linalg.solve(h, x, left=False); torch.linalg.solve_triangular(h, x, upper=True)
torch.linalg.pinv(x); torch.linalg.pinv(h, hermitian=True); torch.linalg.matrix_rank(x); torch.pinverse(x)
torch.linalg.tensorinv(x, ind=1); torch.linalg.tensorsolve(x, v); torch.linalg.householder_product(x, v)
torch.vander(v); torch.vander(v, 3, increasing=True); torch.linalg.vander(v); torch.linalg.vander(v, N=3)
torch.det(x); torch.logdet(h); torch.inverse(h); torch.matrix_exp(x); torch.slogdet(x); torch.linalg.slogdet(x); torch.trace(x); torch.geqrf(x)
torch.chunk(x, 2); torch.chunk(x, chunks=2, dim=1); torch.chunk(x, 2, -1)[0]; torch.split(x, 2); torch.split(x, [1, 3], dim=1)
torch.split(x, (1, 3)); x.split(2, dim=1); x.split([1, 3], -1); x.split(split_size=2); x.split(split_size=[1, 3], dim=1)
torch.split(tensor=x, split_size_or_sections=2); x.split_with_sizes([1, 3], 1); torch.tensor_split(x, 2)
torch.tensor_split(x, (1, 2), dim=1); torch.unbind(x); torch.unbind(b, dim=1); torch.unbind(x, 0)[1]
torch.diagonal(x); torch.diagonal(b, dim1=1, dim2=2); torch.diag(x); torch.diag(v, 1); torch.tril(x); torch.triu(x, diagonal=1)
torch.diagflat(v, 1); torch.diag_embed(x); torch.diag_embed(x, dim1=0, dim2=2)
torch.flip(x, (0, 1)); torch.flip(x, dims=[1]); x.flip(0); x.flip(0, 1); x.flip([1]); x.flip(n - 1); x.flip(dims=(0,))
torch.tile(x, (2, 1)); x.tile(2); x.tile((2, 1)); x.tile(1, 2); x.repeat(2, 1); x.repeat(2, 1, n); x.repeat((2, 1))
x.repeat(repeats=(2, 1)); x.sum_to_size((1, 4)); x.sum_to_size(1, 4)
torch.roll(x, 1); torch.roll(x, 1, 0); torch.roll(x, shifts=(1, 2), dims=(0, 1)); torch.roll(x, (1, 2), (0, 1))
torch.rot90(x); torch.rot90(x, 2, [0, 1]); torch.repeat_interleave(x, 2); torch.repeat_interleave(x, n, dim=1)
torch.adjoint(c); x.adjoint(); torch.conj(c); torch.imag(c)
torch.ravel(x.mT); x.ravel(); torch.real(c); torch.resolve_conj(c.conj()); torch.resolve_neg(c.conj().imag)
torch.view_as_complex(b.view(2, 4, 2, 2)); torch.view_as_real(c); x.view_as(i); x.view_as(other=v.expand(4, 4))
torch.unsafe_chunk(x, 2, dim=1); torch.unsafe_split(x, 2); torch.unsafe_split_with_sizes(x, [1, 3], dim=1)
torch.hsplit(x, 2); torch.vsplit(x, (1, 2)); torch.dsplit(b, 2); x.hsplit([1, 3]); x.vsplit(2); torch.dsplit(b, [1])
torch.movedim(b, 0, 2); b.movedim((0, 1), (2, 0)); torch.moveaxis(b, source=0, destination=-1); b.moveaxis([0], [1])
torch.narrow_copy(x, 0, 1, 2); x.narrow_copy(dim=1, start=0, length=2); torch.as_strided(x, (2, 2), (1, 2))
x.as_strided([2, 2], [4, 1], 1); torch.linalg.diagonal(b); torch.linalg.diagonal(b, offset=1, dim1=0)
torch.broadcast_to(v, (4, 4)); v.broadcast_to(4, 4); v.broadcast_to((4, 4)); torch.broadcast_to(v, size=[2, 4])
torch.repeat_interleave(x, j, 0); torch.repeat_interleave(j); x.unfold(0, 2, 1); x.unfold(dimension=1, size=2, step=2)
torch.combinations(v); torch.combinations(v, 3, True); torch.take(x, i); torch.index_select(x, 0, j)
torch.index_select(x, dim=1, index=j); torch.take_along_dim(x, i); torch.take_along_dim(x, i, dim=1)
torch.gather(x, 1, i); torch.gather(x, dim=0, index=i); torch.scatter(x, 1, i, y); torch.scatter(x, 1, i, 0.5)
torch.scatter(x, 1, i, value=2); torch.scatter(x, dim=1, index=i, src=y); torch.scatter(x, 1, i, y, reduce="add")
torch.scatter(x, 1, i, value=0.5, reduce="multiply"); torch.scatter_add(x, 1, i, y)
torch.scatter_reduce(x, 1, i, y, "amax"); torch.scatter_reduce(x, 1, i, y, reduce="sum", include_self=False)
torch.index_add(x, 0, j, y); torch.index_add(x, 0, j, y, alpha=2); torch.index_copy(x, 0, j.argsort(), y)
torch.index_fill(x, 0, j, 0.5); torch.index_fill(x, 0, j, v[0]); torch.index_reduce(x, 0, j, y, "prod")
torch.index_put(x, (j,), y); torch.index_put(x, [j], y, accumulate=True); torch.put(x, i, y, accumulate=True)
torch.select_scatter(x, v, 0, 1); torch.slice_scatter(x, y); torch.slice_scatter(x, y[:2], start=1, end=3)
torch.diagonal_scatter(x, v); torch.nonzero(i); torch.nonzero(i, as_tuple=True); x.nonzero(as_tuple=True)[0]
torch.constant_pad_nd(x, (1, 1)); torch.constant_pad_nd(x, [1, 0], 0.5)
torch.fft.fft(x); torch.fft.fft(x, 3, norm="ortho"); torch.fft.rfft(x, dim=0); torch.fft.ihfft(x)
torch.fft.irfft2(torch.fft.rfft2(x), s=(4, 4)); torch.fft.rfft2(b, dim=(1, 2), norm="ortho"); torch.fft.irfftn(c, dim=[0])
torch.fft.rfftn(x); torch.fft.ihfftn(x); torch.fft.ihfft2(x); torch.fft.fftshift(x); torch.fft.ifftshift(x, dim=(0,))
torch.stft(a8, 4, return_complex=True); torch.stft(a8, n_fft=4, hop_length=2, window=v, return_complex=True)
torch.istft(torch.stft(a8, 4, return_complex=True), 4); torch.istft(torch.stft(a8, 4, return_complex=True), 4, length=8)
F.one_hot(i); F.one_hot(i, 5); F.one_hot(i, num_classes=n + 3); F.normalize(x); F.normalize(x, dim=-1)
F.normalize(x, p=2.0, dim=1, eps=1e-6); F.normalize(x, 2, -1)
F.grid_sample(im, g); F.grid_sample(im, g, mode="nearest", padding_mode="border", align_corners=False)
F.affine_grid(w1[:2, :2], (2, 1, 3, 3)); F.affine_grid(w1[:2, :2], im.shape, align_corners=True)
F.scaled_dot_product_attention(b, d, b); F.scaled_dot_product_attention(b, d, b, attn_mask=m)
F.scaled_dot_product_attention(b, d, b, dropout_p=0.5, scale=0.5); F.scaled_dot_product_attention(b, d, b, is_causal=True)
F.gumbel_softmax(x); F.gumbel_softmax(x, 0.5, hard=True); F.native_channel_shuffle(im, 2)
torch.arange(n); torch.arange(5, device=x.device); torch.arange(f + 3); torch.arange(end=n, dtype=torch.float32)
torch.arange(1, n + 1); torch.arange(0.5, n); torch.arange(1, 9, n); torch.arange(0, 1, 0.25, dtype=torch.float64)
torch.arange(0, end=8, step=n); torch.linspace(-1, 1, n); torch.linspace(-f, f, steps=5, dtype=torch.float64)
torch.linspace(0, n, 3, device=x.device); torch.logspace(0, 1, 3); torch.logspace(0, f, n, base=2.0)
torch.logspace(0, 1, 3, 2); torch.eye(n); torch.eye(3, dtype=torch.int64); torch.eye(n, 3); torch.eye(n, m=4)
torch.zeros(n); torch.zeros(2, n); torch.zeros((n, 3)); torch.zeros([2, 3], dtype=torch.bool); torch.zeros(x.shape)
torch.zeros(1, n, 3, device=x.device, dtype=x.dtype); torch.zeros(size=(n,)); torch.zeros(()); torch.ones(x.shape[0], n)
torch.ones(2, dtype=torch.int64); torch.ones((1, n)); torch.ones(b.shape[1:]); torch.ones(x.size(), device="cpu")
x.new_zeros(2, n); x.new_zeros((2, n)); x.new_zeros(x.shape[:1]); x.new_zeros(n, dtype=torch.int64)
x.new_zeros(size=(1, 2)); x.new_ones(n); x.new_ones(n, 2); x.new_ones((n, 1), dtype=torch.bool); x.new_ones(x.shape)
torch.full((n, 2), 0.5); torch.full([2], n); torch.full(x.shape, float("-inf")); torch.full((1,), True)
torch.full(size=(2,), fill_value=1, dtype=torch.float32); torch.full((2, 2), i[0, 1])
x.new_full((n,), 3); x.new_full(x.shape, f); x.new_full((1, n), False, dtype=torch.bool); x.new_full((2,), -1, device=x.device)
torch.zeros_like(x); torch.zeros_like(x, dtype=torch.int64); torch.ones_like(i); torch.ones_like(x[0], device=x.device)
torch.full_like(x, 0.5); torch.full_like(i, n); torch.full_like(m, True); torch.full_like(x, fill_value=1, dtype=torch.int64)
torch.bernoulli(s); torch.bernoulli(x, 0.5); torch.multinomial(s, 2); torch.multinomial(s, 6, replacement=True)
torch.feature_dropout(im, 0.5, True)
F.interpolate(im, size=(3, 4)); F.interpolate(im, size=g.shape[1:3], mode="bilinear", align_corners=False)
F.interpolate(im, scale_factor=2.0); F.interpolate(im, scale_factor=(2.0, 1.5), mode="bicubic"); F.interpolate(im, 5)
F.interpolate(im, [3, n]); F.interpolate(im, scale_factor=f, recompute_scale_factor=True)
F.interpolate(im, (3, 3), None, "bilinear", True); F.interpolate(im, size=None, scale_factor=2.0)
F.pad(x, (1, 1)); F.pad(x, [0, n, 1, 0], "constant", 0.5); F.pad(im, (1, 1, 2, 2), mode="reflect"); F.pad(x, (n, 0), value=f)
F.upsample(im, size=(3, 3)); F.upsample_nearest(im, scale_factor=2); F.upsample_bilinear(im, size=(3, 3))
F.threshold(x, 0.1, 0.0); F.glu(x); F.glu(x, dim=0); F.softmax(x, dim=-1); F.softmax(x, 1, dtype=torch.float64)
F.softmax(x, -1, 3, torch.float64); F.log_softmax(x, dim=1); F.softmin(x, dim=1); torch.softmax(x, 1)
torch.softmax(x, dim=1, dtype=torch.float64); torch.log_softmax(x, -1); F.gelu(x, approximate="tanh"); F.gelu(x)
F.leaky_relu(x, 0.2); F.leaky_relu(x, negative_slope=f); F.elu(x, alpha=0.5); F.hardtanh(x, -0.5, 0.5); F.softplus(x, 2)
F.relu(x * 1, inplace=True); F.celu(x, 0.5); torch.celu(x, 0.5); F.rrelu(x, training=True); F.softshrink(x, 0.1)
F.hardshrink(x, lambd=0.1); torch.threshold(x, 0.1, 0.0); torch.rrelu(x, 0.1, 0.3, True)
F.dropout(x, 0.5, training=True); F.dropout(x, p=f, training=False); F.dropout(x); torch.dropout(x, 0.5, True)
F.dropout(x, p=0.5, training=True, inplace=False); F.dropout1d(row, 0.5, True); F.dropout2d(im, 0.5, True)
F.dropout3d(vol, 0.5, training=True); F.alpha_dropout(x, 0.5, True); F.feature_alpha_dropout(im, 0.5, True)
torch.alpha_dropout(x, 0.5, True); torch.feature_alpha_dropout(im, 0.5, True)
F.max_pool1d(row, 2); F.max_pool2d(im, 2); F.max_pool2d(im, (2, n), stride=1, padding=1); F.max_pool3d(vol, 2)
F.max_pool1d(row, 2, return_indices=True); F.max_pool2d(im, 2, 2, return_indices=True); F.max_pool3d(vol, 2, return_indices=True)
F.max_pool1d_with_indices(row, 2); F.max_pool2d_with_indices(im, 3); F.max_pool3d_with_indices(vol, [2, 2, 2])
F.avg_pool1d(row, 2); F.avg_pool2d(im, 3, padding=1); F.avg_pool2d(im, (2, n)); F.avg_pool3d(vol, kernel_size=2)
F.lp_pool1d(row, 2.0, 2); F.lp_pool2d(im, 2.0, 2); F.lp_pool3d(vol, 2.0, 2)
F.adaptive_avg_pool1d(row, 3); F.adaptive_avg_pool2d(im, (1, n)); F.adaptive_avg_pool2d(im, 1); F.adaptive_avg_pool3d(vol, 2)
F.adaptive_max_pool1d(row, 3); F.adaptive_max_pool2d(im, g.shape[1:3]); F.adaptive_max_pool3d(vol, 2)
F.adaptive_max_pool1d(row, 3, return_indices=True); F.adaptive_max_pool2d(im, 3, return_indices=True)
F.adaptive_max_pool3d(vol, 3, return_indices=True); F.adaptive_max_pool1d_with_indices(row, 3)
F.adaptive_max_pool2d_with_indices(im, 3); F.adaptive_max_pool3d_with_indices(vol, 3)
F.fractional_max_pool2d(im, 2, output_size=3); F.fractional_max_pool2d(im, 2, output_size=3, return_indices=True)
F.fractional_max_pool2d_with_indices(im, 2, output_size=(3, 3)); F.fractional_max_pool3d(vol, 2, output_ratio=(0.5, 0.5, 0.5))
F.fractional_max_pool3d(vol, 2, output_size=3, return_indices=True); F.fractional_max_pool3d_with_indices(vol, 2, output_size=3)
F.max_unpool1d(s.view(1, 2, 8)[..., :4], j.view(1, 1, 4).expand(1, 2, 4) * 0 + 1, 2); F.max_unpool2d(b, d.long() * 0, 2)
F.max_unpool3d(vol, vol.long() * 0, 2)
torch.max_pool1d(row, 2); torch.max_pool1d_with_indices(row, 2); torch.adaptive_max_pool1d(row, 2); torch.max_pool2d(im, 2)
torch.max_pool3d(vol, (2, 2, 2)); torch.flatten(b); torch.flatten(b, 1); torch.unflatten(x, 1, (2, n)); x.unflatten(0, [2, 2])
F.pixel_shuffle(im, 2); F.pixel_unshuffle(im, 2); F.channel_shuffle(im, 2)
F.unfold(im, 3); F.unfold(im, (3, 3), padding=(1, 1)); F.fold(im.view(2, 8, 36), (7, 7), (2, 2)); F.local_response_norm(im, 2)
F.cosine_similarity(x, y); F.cosine_similarity(x, y, dim=0); F.pairwise_distance(x, y); F.pairwise_distance(x, y, keepdim=True)
F.l1_loss(x, y); F.mse_loss(x, y, reduction="sum"); F.smooth_l1_loss(x, y, beta=0.5); F.huber_loss(x, y)
F.binary_cross_entropy(s, s); F.binary_cross_entropy_with_logits(x, s, pos_weight=v.exp().detach()); F.nll_loss(x, j)
F.cross_entropy(x, j); F.cross_entropy(x, j, weight=v.exp().detach(), label_smoothing=0.1); F.multi_margin_loss(x, j)
F.multilabel_soft_margin_loss(x, m.float()); F.multilabel_margin_loss(x, i); F.soft_margin_loss(x, y.sign().detach())
F.kl_div(x, s, reduction="batchmean"); F.poisson_nll_loss(x, s); F.gaussian_nll_loss(x, y, s)
F.hinge_embedding_loss(x, y.sign().detach()); F.margin_ranking_loss(v, u, v.sign().detach()); F.cosine_embedding_loss(x, y, v.sign().detach())
F.triplet_margin_loss(x, y, z); F.triplet_margin_with_distance_loss(x, y, z)
F.ctc_loss(x.view(4, 1, 4), e[:1, :2], (4,), (2,)); torch.ctc_loss(x.view(4, 1, 4), e[:1, :2], (4,), (2,), reduction=1)
torch.binary_cross_entropy_with_logits(x, s, reduction=1); torch.hinge_embedding_loss(x, y.sign().detach(), reduction=1)
torch.kl_div(x, s, reduction=1); torch.poisson_nll_loss(x, s, True, False, 1e-8, 1)
torch.cosine_embedding_loss(x, y, v.sign().detach(), reduction=1); torch.margin_ranking_loss(v, u, v.sign().detach(), reduction=1)
torch.triplet_margin_loss(x, y, z, reduction=1)
F.linear(x, y); F.linear(x, y, v); F.linear(x, weight=y, bias=v); F.bilinear(x, y, b[:1], v[:1])
F.conv1d(row, w1); F.conv1d(row, w1, v, 2, padding=1); F.conv2d(im, w2); F.conv2d(im, w2, v, (1, n), (1, 1))
F.conv2d(im, w2, padding="same"); F.conv2d(im, w2, None, 1, 1); F.conv3d(vol, w3, stride=2)
F.conv_transpose1d(row, w1.transpose(0, 1)); F.conv_transpose2d(im, w2.transpose(0, 1), v, stride=(2, 2))
F.conv_transpose3d(vol, w3, None, 2); F.conv_tbc(b, w1[:, :4].permute(2, 1, 0), v)
F.embedding(i, x); F.embedding(i, x, padding_idx=0); torch.embedding(x, i); F.prelu(im, a8); torch.prelu(im, a8)
F.embedding_bag(i, x); F.embedding_bag(i, x, mode="sum"); torch.embedding_bag(x, j, j * 0)
F.layer_norm(x, (4,)); F.layer_norm(im, im.shape[1:]); F.layer_norm(x, v.shape, v, u, 1e-6); torch.layer_norm(x, [4], v, u)
F.rms_norm(x, (4,)); F.rms_norm(x, v.shape, v, eps=1e-6)
F.group_norm(im, 2); F.group_norm(im, n, a8, s8, 1e-6); torch.group_norm(im, 2, a8)
F.instance_norm(im); F.instance_norm(im, a8.detach().clone(), s8.detach().clone(), weight=a8)
torch.instance_norm(im, a8, s8, None, None, True, 0.1, 1e-5, False)
F.batch_norm(im, a8.detach(), s8.detach(), a8, s8); F.batch_norm(im, None, None, training=True)
F.batch_norm(im, a8.detach().clone(), s8.detach().clone(), a8, s8, True, 0.1, 1e-3)
torch.batch_norm(im, a8, s8, a8.detach(), s8.detach(), False, 0.1, 1e-5, False)
F.linear_cross_entropy(x, y, j)
F.multi_head_attention_forward(b, b, b, 4, 2, w3.view(-1, 4)[:12], None, None, None, False, 0.0, x, v, need_weights=False)
F.multi_head_attention_forward(b, b, b, 4, 2, w3.view(-1, 4)[:12], None, None, None, False, 0.0, x, v)
"""
OPERATORS = """
x + y; x + 2; x + f; 2 + x; 0.5 + x; x - y; x - 1; 1 - x; 1.0 - x; x * y; x * n; 2 * x; f * x
x / y; x / 2; i / 2; 1 / x; x // y; x // 2; 2 // x; x % y; x % 2; 2 % x; x ** y; x ** 2; 2 ** x; x ** 0.5
x @ y; b @ d; x @ v; k & e; m & m; k | 1; k | e; k ^ e; k << e; k << 1; k >> e; x == y; x == 0; x != y; x < y
x < 0; x <= y; x > y; x > 0.5; x >= y; 0 < x; 1 == x; -x; ~m; ~k; +x
"""
TENSORS = tuple("x y z b d v u s h c i j k e m im row vol w1 w2 w3 g a8 s8".split())
NAMES = (*TENSORS, "n", "f", "xs")
ANNOTATIONS = {"n": "int", "f": "float", "xs": "list[torch.Tensor]"}




def listed(text: str) -> list[str]:
    """The expressions of a table."""
    return [call.strip() for line in text.strip().splitlines() for call in line.split("; ")]


def called(source: str) -> tuple[str, ast.Call]:
    """The canonical name of the operation of a call, and the call."""
    call = outermost(ast.parse(source, mode="eval").body)
    function = ast.unparse(call.func)
    if function.startswith("torch."):
        return function, call
    if function.startswith("F."):
        return f"torch.nn.functional.{function.removeprefix('F.')}", call
    return f"torch.Tensor.{function.rpartition('.')[2]}", call


def outermost(node: ast.expr) -> ast.Call:
    """The call that an expression is, perhaps with an index or attribute behind it."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    assert isinstance(node, ast.Call)
    return node


def spelled(source: str, operation: str) -> str:
    """The call under another name of its operation."""
    expression = ast.parse(source, mode="eval").body
    call = outermost(expression)
    if called(source)[0].startswith("torch.Tensor.") and isinstance(call.func, ast.Attribute):
        call.args.insert(0, call.func.value)
    function = operation.replace("torch.nn.functional.", "F.")
    if operation.startswith("torch.Tensor."):
        first = call.args.pop(0) if call.args else call.keywords.pop(0).value
        function = f"({ast.unparse(first)}).{operation.removeprefix('torch.Tensor.')}"
    call.func = ast.parse(function, mode="eval").body
    return ast.unparse(expression)


def all_calls() -> dict[str, str]:
    """Every listed call and, for operations that have none, one that is like those of a row they share."""
    calls = {source: called(source)[0] for source in listed(CALLS)}
    covered: dict[str, str] = {}
    for source, operation in calls.items():
        covered.setdefault(operation, source)
    for operation, rows in rows_by_operation().items():
        if operation in covered:
            continue
        relatives = [other for other, known in rows_by_operation().items() if known[-1] == rows[-1] and other in covered]
        if relatives:
            source = spelled(covered[relatives[0]], operation)
        else:
            name = operation.replace("torch.nn.functional.", "F.")
            image = "row" if name.endswith("1d") else "vol" if name.endswith("3d") else "s"
            source = f"{image}.{name.removeprefix('torch.Tensor.')}()" if ".Tensor." in name else f"{name}({image})"
        calls[source] = operation
    return calls


# --- what needs no torch -----------------------------------------------------------------------------------------------


def test_every_class_has_a_name_of_its_own_and_compiles() -> None:
    modules = [*all_modules()]
    names = [module.name for module in modules]
    assert len(modules) > 700
    assert len(names) == len(set(names))
    assert not {f"torch.nn.{name}" for name in names} & MODULES
    for module in modules:
        (statement,) = ast.parse(module.source).body
        assert isinstance(statement, ast.ClassDef) and statement.name == module.name
        assert module.source.endswith("\n") and max(map(len, module.source.splitlines())) <= 120
        names_used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        mentioned = {{"nn": "torch.nn", "F": "torch.nn.functional"}.get(n, n) for n in names_used & {"nn", "torch", "F"}}
        assert set(module.uses) == mentioned


def test_what_a_class_looks_like() -> None:
    call = ast.parse("torch.cat([x, y], dim=1)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert for_call("torch.cat", call, False, {}) == OpModule(
        "Concat",
        'class Concat(nn.Module):\n    """`torch.cat` as a module."""\n\n'
        "    def forward(self, tensors: list[torch.Tensor], dim: int = 0) -> torch.Tensor:\n"
        "        return torch.cat(tensors, dim)\n",
        ("torch.nn", "torch"),
        "Concat",
        "axis=1",
    )


def test_every_operation_of_the_table_is_one() -> None:
    known = OPERATIONS.keys() | MOVEMENT | TABLES
    assert not rows_by_operation().keys() - known
    assert TABLES <= rows_by_operation().keys()
    assert not any(OPERATIONS[name].mutates for name in rows_by_operation() if name in OPERATIONS)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("torch.cat(*parts)", "its arguments are unpacked with a star"),
        ("torch.cat([x, y], **options)", "its arguments are unpacked with a star"),
        ("torch.cat([x, y], out=z)", "no op module takes `out`"),
        ("torch.sum(x, dim='channels')", "no op module takes the name of a dimension"),
        ("torch.sum(x, 'channels')", "no op module takes the name of a dimension"),
        ("torch.cat([x, y], across=1)", "no op module for `torch.cat` takes `across`"),
        ("torch.cat([x, y], 0, 1)", "no op module for `torch.cat` takes these arguments"),
        ("torch.cat()", "no op module for `torch.cat` takes these arguments"),
        ("torch.rand(3)", "there is no op module for `torch.rand`"),
        ("torch.relu_(x)", "it writes into its input"),
        ("torch.sigmoid_(x)", "it writes into its input"),
    ],
)
def test_what_no_class_takes(source: str, reason: str) -> None:
    operation, call = called(source)
    assert for_call(operation, call, False, {}) == Inexpressible(reason)


def test_operators_without_a_class() -> None:
    assert isinstance(for_operator(ast.Add, ("other", "other")), Inexpressible)
    assert isinstance(for_operator(ast.In, ("tensor", "tensor")), Inexpressible)
    assert isinstance(for_operator(ast.Not, ("tensor",)), Inexpressible)


def test_one_class_for_the_spellings_of_an_operation() -> None:
    modules = set()
    for source in ("torch.add(x, y)", "x.add(y)"):
        operation, call = called(source)
        kinds = {node: "tensor" for node in ast.walk(call) if isinstance(node, ast.Name) and node.id in "xy"}
        modules.add(for_call(operation, call, operation.startswith("torch.Tensor."), kinds))
    assert modules == {for_operator(ast.Add, ("tensor", "tensor"))}


def test_what_computes_in_new_memory() -> None:
    assert out_of_place("torch.Tensor.add_") == "torch.Tensor.add"
    assert out_of_place("torch.nn.functional.relu_") == "torch.nn.functional.relu"
    assert out_of_place("torch.Tensor.add") is None
    assert out_of_place("torch.Tensor.fill_diagonal_") is None
    assert out_of_place("torch.Tensor.squeeze_") is None
    assert out_of_place("torch.Tensor.ge_") is None


def test_a_row_of_the_users_own() -> None:
    operation, row = parse_row("Convolution: torch.convolution(input, weight, stride: list[int], groups=1, *, exact=True)")
    assert operation == "torch.convolution"
    call = ast.parse("torch.convolution(x, w, [1], exact=False)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(for_call(operation, call, False, {}), Inexpressible)
    module = for_call(operation, call, False, {}, extra={operation: row})
    assert isinstance(module, OpModule)
    assert "stride: list[int], groups: int = 1, exact: bool = True" in " ".join(module.source.split())
    assert "return torch.convolution(input, weight, stride, groups, exact=exact)\n" in module.source


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Concat", "`Concat` is not of the form `Name: torch.function(input, dim: int = 0)`"),
        ("Concat: numpy.concatenate(x)", "is not of the form"),
        ("Concat: torch.cat(tensors, dim", "is not a signature: '(' was never closed"),
        ("Concat: torch.cat()", "has no parameters"),
        ("Concat: torch.cat(tensors, along)", "the type of `along` is not known"),
        ("Concat: torch.cat(tensors: Sequence, dim=0)", "`Sequence` is not one of Tensor, Tensors"),
        ("Concat: torch.cat(tensors, dim=zero)", "the default of `dim` is not a literal"),
        ("Concat: torch.cat(tensors, **options)", "a signature has neither `**` nor `/`"),
        ("Concat: torch.cat(tensors) -> tuple", "`tuple` is not a result"),
    ],
)
def test_a_row_that_cannot_be_read(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_row(text)


# --- what needs it -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def torch() -> Iterator[Any]:
    """The tensors are tiny: threads would only wait for each other."""
    module = pytest.importorskip("torch", minversion="2.13")
    threads = module.get_num_threads()
    module.set_num_threads(1)
    yield module
    module.set_num_threads(threads)


def values(torch: Any, names: Iterable[str] = NAMES) -> dict[str, Any]:
    """What the names of the calls stand for, each time in new memory."""
    return {name: fresh(torch, drawn(torch)[name]) for name in names}


def fresh(torch: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [fresh(torch, item) for item in value]
    return value.detach().clone().requires_grad_(value.requires_grad) if isinstance(value, torch.Tensor) else value


def traced(torch: Any, module: Any, names: list[str]) -> Any:
    """What ``torch.jit.trace`` makes of a model. Only what holds tensors is an input there."""

    class Model(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.module = module

        def forward(self, *tensors: Any) -> Any:
            return self.module(**(given | dict(zip(inputs, tensors))))

    with torch.no_grad():
        given = values(torch, names)
        inputs = {name: value for name, value in given.items() if isinstance(value, (torch.Tensor, list))}
        return torch.jit.trace(Model(), tuple(inputs.values()), check_trace=False).module


def operations(traced: Any) -> int:
    """How many operations a traced module computes by itself."""
    return sum(node.kind().startswith("aten::") for node in traced.graph.nodes())


@cache
def drawn(torch: Any) -> dict[str, Any]:
    draw = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Any:
        return torch.randn(shape, generator=draw).requires_grad_()

    def whole(low: int, high: int, *shape: int) -> Any:
        return torch.randint(low, high, shape, generator=draw)

    matrix = torch.randn(4, 4, generator=draw)
    found = {name: normal(4, 4) for name in "xyz"} | {name: normal(2, 4, 4) for name in "bd"}
    found |= {"v": normal(4), "u": normal(4), "c": torch.complex(matrix, matrix.T.contiguous()).requires_grad_()}
    found |= {"s": (torch.rand(4, 4, generator=draw) * 0.8 + 0.1).requires_grad_()}
    found |= {"h": (matrix @ matrix.T + 4 * torch.eye(4)).requires_grad_()}
    found |= {"i": whole(0, 4, 4, 4), "j": whole(0, 4, 4), "k": whole(1, 9, 4, 4), "e": whole(1, 4, 4, 4)}
    found |= {"m": matrix > 0, "im": normal(2, 8, 6, 6), "row": normal(2, 8, 12), "vol": normal(1, 4, 6, 6, 6)}
    found |= {"w1": normal(4, 8, 3), "w2": normal(4, 8, 3, 3), "w3": normal(4, 4, 3, 3, 3)}
    found |= {"g": (torch.rand(2, 5, 5, 2, generator=draw) * 2 - 1).requires_grad_()}
    found |= {"a8": torch.linspace(0.1, 0.9, 8).requires_grad_(), "s8": torch.linspace(0.9, 0.2, 8).requires_grad_()}
    return {**found, "n": 2, "f": 0.5, "xs": [found["x"], found["y"]]}


_count = itertools.count()


def model(torch: Any, expression: str, module: OpModule | None = None) -> Any:
    """A module whose ``forward`` takes the names of an expression and returns its value."""
    used = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    names = [name for name in NAMES if name in used]
    parameters = ", ".join(f"{name}: {ANNOTATIONS.get(name, 'torch.Tensor')}" for name in names)
    construct = ", ".join(f"{key}={ast.unparse(value)}" for key, value in module.constructed) if module else ""
    setup = f"        self.op = {module.name}({construct})\n" if module else ""
    source = (
        f"{module.source if module else ''}\n\nclass Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"{setup}\n    def forward(self, {parameters}):\n        return {expression}\n"
    )
    name = f"op_modules_{next(_count)}"
    namespace = {"__name__": name, "torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)
    return namespace["Model"](), names


def kinds_of(torch: Any, expression: ast.expr) -> dict[ast.expr, str]:
    """What the inference would know of the parts of an expression, if it knew all."""
    namespace = {**values(torch), "torch": torch, "F": torch.nn.functional}
    kinds = {}
    for node in ast.walk(expression):
        if not isinstance(node, ast.expr) or isinstance(node, (ast.Slice, ast.Starred)):
            continue
        try:
            value = eval(compile(ast.Expression(node), "<part>", "eval"), namespace)
        except Exception:
            continue
        if isinstance(value, torch.Tensor):
            kinds[node] = "tensor"
        elif isinstance(value, (list, tuple)) and value and all(isinstance(item, torch.Tensor) for item in value):
            kinds[node] = "tuple"
        elif type(value) is int:
            kinds[node] = "int"
        elif isinstance(value, torch.Size):
            kinds[node] = "numbers"
        else:
            kinds[node] = "other"
    return kinds


def rewritten(torch: Any, source: str, operation: str, known: bool) -> tuple[str, OpModule]:
    """The call with an op module in the function's place."""
    expression = ast.parse(source, mode="eval").body
    call = outermost(expression)
    has_receiver = operation.startswith("torch.Tensor.")
    module = for_call(operation, call, has_receiver, kinds_of(torch, expression) if known else {})
    assert isinstance(module, OpModule), (source, module)
    if has_receiver:
        assert isinstance(call.func, ast.Attribute)
        call.args.insert(0, call.func.value)
    call.func = ast.parse("self.op", mode="eval").body
    return ast.unparse(expression), module


def outcome(torch: Any, function: Callable[..., Any], names: list[str]) -> Any:
    """The result, the gradients of all inputs and the inputs afterwards; or the type of the error."""
    given = values(torch, names)
    torch.manual_seed(0)
    try:
        result = function(*(given[name] for name in names))
    except Exception as error:
        return type(error)
    flat = [item for item in flattened(result) if isinstance(item, torch.Tensor) and item.requires_grad]
    inputs = [item for item in flattened([*given.values()]) if isinstance(item, torch.Tensor) and item.requires_grad]
    gradients: Any = ()
    if flat and inputs:
        try:
            gradients = torch.autograd.grad(flat, inputs, [torch.ones_like(item) for item in flat], allow_unused=True)
        except Exception as error:
            gradients = type(error)
    return result, gradients, given


def flattened(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flattened(item)
    else:
        yield value


def same(torch: Any, first: Any, second: Any) -> bool:
    """The same types, and the same bits."""
    if type(first) is not type(second):
        return False
    if isinstance(first, torch.Tensor):
        if first.dtype != second.dtype or first.shape != second.shape or first.stride() != second.stride():
            return False
        one, other = (value.detach().resolve_conj().contiguous().view(-1) for value in (first, second))
        return bool(torch.equal(one.view(torch.uint8), other.view(torch.uint8)))
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(same(torch, *pair) for pair in zip(first, second))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(torch, first[key], second[key]) for key in first)
    return bool(first == second)


# TorchScript wants to know at the call whether there will be indices, makes a list of a literal number only, or has
# other overloads than Python for what these take; their classes are right and stay out of it.
UNSCRIPTABLE = re.compile(
    r"ReturnIndices|FunctionalMaxPool|FunctionalMaxUnpool|FunctionalLPPool|FractionalMaxPool"
    r"|Unique(Consecutive)?Returning|NormTo|TorchCTCLoss|(Int|Float)FloorDivide"
)


def check(torch: Any, before: str, after: str, module: OpModule, compilers: Iterable[Any]) -> None:
    """An expression has to compute the same with the op module, also compiled where it could be compiled before."""
    original, names = model(torch, before)
    replaced, _ = model(torch, after, module)
    expected = outcome(torch, original, names)
    assert isinstance(expected, tuple), f"{before} raises {expected}"
    assert same(torch, expected, outcome(torch, replaced, names)), f"{before} is not {after} with\n{module.source}"
    for compiler in compilers:
        if compiler is torch.jit.script and UNSCRIPTABLE.search(module.name):
            continue
        try:
            made = compiler(original)
        except Exception:
            continue
        one, other = outcome(torch, made, names), outcome(torch, compiler(replaced), names)
        assert same(torch, one, other), f"{before} is not {after} in {compiler.__name__} with\n{module.source}"


CALLED = all_calls()
LISTED = frozenset(listed(CALLS))
TRACED: set[str] = set()
SOURCES = frozenset(module.source for module in all_modules())


@pytest.mark.parametrize(("source", "operation"), CALLED.items(), ids=str)
def test_a_class_computes_what_its_function_does(torch: Any, source: str, operation: str) -> None:
    after, module = rewritten(torch, source, operation, known=True)
    # What torch.fx makes of a class does not depend on how the call is written.
    compilers = [torch.jit.script] if module.name in TRACED else [torch.jit.script, torch.fx.symbolic_trace]
    TRACED.add(module.name)
    check(torch, source, after, module, compilers if source in LISTED else ())
    assert module.source in SOURCES or re.search(r"\d", module.name)


def test_nothing_has_to_be_known_of_the_arguments(torch: Any) -> None:
    """Another class may take the call then, and it computes the same."""
    others = 0
    for source, operation in CALLED.items():
        after, module = rewritten(torch, source, operation, known=False)
        if module.source != rewritten(torch, source, operation, known=True)[1].source:
            check(torch, source, after, module, compilers=())
            others += 1
    assert others > 50


OF_SEVERAL_TYPES = """
    dim dims dilation kernel_size output_padding output_size padding scale_factor shifts size split_size_or_sections stride
""".split()


@pytest.mark.parametrize(("operator", "method"), [(ast.Add, "add"), (ast.Sub, "sub"), (ast.Mult, "mul"), (ast.Div, "div")])
@pytest.mark.parametrize(("kind", "other"), [("tensor", "y"), ("other", "2.5")])
def test_an_operator_that_writes_in_place(torch: Any, operator: type[ast.operator], method: str, kind: str, other: str) -> None:
    """The same tensor comes back with the result in it: eager, traced and compiled. A number is none on the left."""
    operands = [ast.Name("x"), ast.parse(other, mode="eval").body]
    op = for_operator(operator, ("tensor", kind), operands, in_place=True)
    assert isinstance(op, OpModule) and not op.aimet
    call = ast.parse(f"x.{method}_({other})", mode="eval").body
    assert isinstance(call, ast.Call)
    assert for_call(f"torch.Tensor.{method}_", call, True, {call.args[0]: kind}) == op
    check(torch, f"x.clone()[:].{method}_({other})", f"self.op(x.clone()[:], {other})", op, [torch.jit.script, torch.fx.symbolic_trace])
    namespace: dict[str, Any] = {"nn": torch.nn, "torch": torch}
    exec(op.source, namespace)
    module, whole = namespace[op.name](), torch.ones(3)
    assert module(whole[:2], 3.0).data_ptr() == whole.data_ptr() and whole[0] != 1 and whole[2] == 1
    assert isinstance(for_operator(operator, ("float or tensor", kind), operands, in_place=True), Inexpressible)


def test_what_no_operator_writes_in_place() -> None:
    for operator in (ast.MatMult, ast.Pow, ast.LtE):
        assert isinstance(for_operator(operator, ("tensor", "tensor"), in_place=True), Inexpressible)


def test_a_constructor_may_take_what_has_several_types(torch: Any) -> None:
    """A dimension or several, one size or a list: each instance has its own, and TorchScript compiles that."""
    seen = set()
    for source, operation in CALLED.items():
        expression = ast.parse(source, mode="eval").body
        call, has_receiver = outermost(expression), operation.startswith("torch.Tensor.")
        op = for_call(operation, call, has_receiver, kinds_of(torch, expression), constructed=OF_SEVERAL_TYPES)
        if not isinstance(op, OpModule) or not op.constructed or op.source in SOURCES:
            continue
        if any(isinstance(part, ast.Name) for _, node in op.constructed for part in ast.walk(node)):
            continue  # the instance is constructed without the names of the call
        taken = {node for _, node in op.constructed}
        receiver = [call.func.value] if has_receiver and isinstance(call.func, ast.Attribute) else []
        call.args = [*receiver, *(node for node in call.args if node not in taken)]
        call.keywords = [keyword for keyword in call.keywords if keyword.value not in taken]
        call.func = ast.parse("self.op", mode="eval").body
        check(torch, source, ast.unparse(expression), op, [torch.jit.script])
        seen.add(op.name)
    assert len(seen) > 60


def test_an_operator_takes_a_number_and_then_a_tensor(torch: Any) -> None:
    """``total = 0`` in front of a loop: eager, traced and compiled."""
    for kinds, annotation in [(("int or tensor", "tensor"), "int"), (("tensor", "float or tensor"), "float")]:
        op = for_operator(ast.Sub, kinds, [ast.Name("a"), ast.Name("b")])
        assert isinstance(op, OpModule)
        for value in (f"{annotation}(3)", "x"):
            operands = (value, "y") if kinds[1] == "tensor" else ("y", value)
            check(torch, " - ".join(operands), f"self.op({', '.join(operands)})", op, [torch.jit.script, torch.fx.symbolic_trace])


def test_there_is_a_call_for_every_signature(torch: Any) -> None:
    """In one of the two forms: with all known of the arguments, or nothing."""
    used = set()
    for source, operation in CALLED.items():
        for known in (True, False):
            _, module = rewritten(torch, source, operation, known)
            used.add(module.source)
    unused = [row.name for rows in rows_by_operation().values() for row in rows if used.isdisjoint(sources_of(row))]
    assert unused == []


def sources_of(row: Row) -> set[str]:
    """The classes of a row, a starred parameter taken for one to three arguments."""
    return {variant.source for count in (1, 2, 3) for variant in row.variants(count)}


def test_positional_arguments_have_the_names_that_torch_gives_them(torch: Any) -> None:
    """A keyword that torch takes means the same for the class, because the class names it at that position."""
    checked = 0
    for source, operation in CALLED.items():
        if operation.startswith("torch.Tensor.") or operation in NAMELESS:
            continue
        _, module = rewritten(torch, source, operation, known=True)
        expression = ast.parse(source, mode="eval").body
        call = outermost(expression)
        names = re.findall(r"(\w+): ", module.source.partition("def forward(")[2])
        if re.search(r"[a-z]\d$", module.name) and module.name.endswith(str(len(call.args))) or "Scalar" in module.name:
            continue
        if module.name in LISTED_SIZE:
            continue
        call.keywords[:0] = [ast.keyword(name, value) for name, value in zip(names, call.args)]
        call.args = []
        by_keyword = ast.unparse(expression)
        (original, used), (named, _) = model(torch, source), model(torch, by_keyword)
        assert same(torch, outcome(torch, original, used), outcome(torch, named, used)), by_keyword
        checked += 1
    assert checked > 700


def test_a_tensor_that_torch_takes_none_for_may_be_none(torch: Any) -> None:
    """TorchScript would refuse the None of a caller otherwise, as of `in_proj_weight` where the weights are separate."""
    checked = 0
    for operation, rows in rows_by_operation().items():
        function = getattr(torch.nn.functional, operation.removeprefix("torch.nn.functional."), None)
        if not inspect.isfunction(function):
            continue
        annotated = {name: str(each.annotation) for name, each in inspect.signature(function).parameters.items()}
        for row in rows:
            for parameter in row.parameters:
                if parameter.word == "Tensor" and parameter.name in annotated:
                    may_be_none = parameter.optional or parameter.default is None
                    assert may_be_none or "None" not in annotated[parameter.name], (operation, parameter.name)
                    checked += 1
    assert checked > 100


# Functions of Python that take all by position.
NAMELESS = frozenset({"torch.meshgrid", "torch.einsum", "torch.block_diag", "torch.cartesian_prod", "torch.chain_matmul"})
# Functions that take a single size by position, and not by keyword.
LISTED_SIZE = frozenset({"OnesUniform", "ZerosUniform"})


@pytest.mark.parametrize("source", listed(OPERATORS))
@pytest.mark.parametrize("shown", [True, False], ids=["with operands", "kinds alone"])
def test_a_class_computes_what_its_operator_does(torch: Any, source: str, shown: bool) -> None:
    expression = ast.parse(source, mode="eval").body
    match expression:
        case ast.BinOp(left=left, op=operator, right=right) | ast.Compare(left=left, ops=[operator], comparators=[right]):
            operands = (left, right)
        case ast.UnaryOp(op=operator, operand=operand):
            operands = (operand,)
        case _:
            raise AssertionError(source)
    known = kinds_of(torch, expression)
    module = for_operator(type(operator), tuple(known[operand] for operand in operands), operands if shown else ())
    assert isinstance(module, OpModule)
    after = f"self.op({', '.join(map(ast.unparse, operands))})"
    check(torch, source, after, module, (torch.jit.script, torch.fx.symbolic_trace) if shown else ())


AIMET_OPERATORS = {"Add": "torch.add", "Multiply": "torch.mul", "Pow": "torch.pow"}


def test_the_class_of_aimet_takes_the_same_call(torch: Any) -> None:
    """AIMET's classes hand all they are given to the function they wrap."""
    wrapped = {name: function for function, name in AIMET.items()} | AIMET_OPERATORS
    found = set()
    for source, operation in CALLED.items():
        after, module = rewritten(torch, source, operation, known=True)
        if module.aimet and not module.aimet_construct:
            original, names = model(torch, source)
            function = wrapped[module.aimet].replace("torch.nn.functional", "F")
            replaced, _ = model(torch, after.replace("self.op", function))
            assert same(torch, outcome(torch, original, names), outcome(torch, replaced, names)), (source, module.aimet)
            found.add(module.aimet)
    assert found == wrapped.keys()


def test_the_concatenation_of_aimet_takes_its_tensors_one_by_one() -> None:
    forms = {
        "torch.cat([x, y])": "axis=0",
        "torch.cat((x, y), -1)": "axis=-1",
        "torch.cat([x, y], dim=2)": "axis=2",
        "torch.cat([x, y], dim=axis)": "",
        "torch.cat(parts, 1)": "",
        "torch.cat([x, *parts], 1)": "",
    }
    for source, construct in forms.items():
        operation, call = called(source)
        module = for_call(operation, call, False, {})
        assert isinstance(module, OpModule)
        assert (module.aimet, module.aimet_construct) == (("Concat", construct) if construct else ("", ""))


# With the arguments of the calls above torch.jit.trace takes none of these.
UNTRACEABLE = re.compile(r"max_unpool|need_weights=False|full(_like)?\(.*(True|False)")


def test_what_a_trace_takes_for_several_operations(torch: Any) -> None:
    """A quantizer looks into such a class: it is composed of others, or listed by what its name begins with."""
    several = set()
    for source, operation in CALLED.items():
        after, module = rewritten(torch, source, operation, known=True)
        if UNTRACEABLE.search(source):
            continue
        replaced, names = model(torch, after, module)
        op = traced(torch, replaced, names).op
        parts = [*op.children()]
        assert all(operations(part) == 1 for part in parts), module.name
        if operations(op) > (0 if parts else 1):
            several.add(next(filter(module.name.startswith, SEVERAL), module.name))
    assert several == SEVERAL


@pytest.mark.parametrize("source", ["torch.cat([x, y], axis=1)", "x.mean(dim=1, keepdims=True)", "b.sum(axis=(1, 2))"])
def test_a_call_may_use_the_names_of_numpy(torch: Any, source: str) -> None:
    operation, _ = called(source)
    after, module = rewritten(torch, source, operation, known=True)
    check(torch, source, after, module, compilers=(torch.fx.symbolic_trace,))
    assert module.source not in SOURCES and module.name.removesuffix("Dims").endswith(("Axis", "Keepdims"))


def test_numbers_alone_stay_with_the_function(torch: Any) -> None:
    """``torch.mul(2, 3)`` is a tensor, ``2 * 3`` is none."""
    after, module = rewritten(torch, "torch.mul(n, n)", "torch.mul", known=True)
    check(torch, "torch.mul(n, n)", after, module, compilers=())
    assert "torch.mul(input, other)" in module.source


def test_what_writes_into_its_arguments_still_does(torch: Any) -> None:
    after, module = rewritten(torch, "F.relu(x, inplace=True)", "torch.nn.functional.relu", known=True)
    tensor = torch.tensor([-1.0, 1.0])
    made, _ = model(torch, after, module)
    assert made(tensor) is tensor and tensor.tolist() == [0.0, 1.0]


# --- the documentation -------------------------------------------------------------------------------------------------


def test_the_list_of_classes_is_up_to_date() -> None:
    generator = Path(__file__).resolve().parents[1] / "fixers" / "docs" / "generate.py"
    page = runpy.run_path(str(generator))["page"]()
    assert (generator.parent / "op_modules.md").read_text("utf-8") == page, "stale: run python fixers/docs/generate.py"
