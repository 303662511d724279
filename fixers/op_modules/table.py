"""The operations that have an op module, by signature: data about torch 2.13 that ``tests/test_op_modules.py`` runs.

Signatures that ``modulint.lint.operations`` has stand there; here are the others, and what the types are where neither
the name nor the default of a parameter tells. The words for types are those of ``modulint.fixers.op_modules.rows``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from modulint.fixers.op_modules.rows import Parameter, Row, make_parameter, make_row
from modulint.lint.operations import MODULES, MOVEMENT, OPERATIONS, REQUIRED, Operation

# Signature -> class:function, and further spellings of it. A tensor method of the same name is a spelling too, unless it
# stands in the table itself. Of several signatures of one function the first that takes the call is used, so that one
# that takes everything by position, and adds no argument of its own, comes before the others.
SIGNATURES: Final[Mapping[str, str]] = {
    "(tensors, dim=0)": "Concat:cat,concat,concatenate Stack:stack",
    "(tensors)": """
    ColumnStack:column_stack DStack:dstack HStack:hstack VStack:vstack,row_stack MultiDot:linalg.multi_dot
    MeshGridOfList:meshgrid
    """,
    "(*tensors: Tensor)": """
    BlockDiag:block_diag CartesianProd:cartesian_prod MeshGrid:meshgrid BroadcastTensors:broadcast_tensors
    ChainMatMul:chain_matmul
    """,
    "(tensors, *, indexing: str)": "MeshGridOfListIndexed:meshgrid",
    "(*tensors: Tensor, indexing: str)": "MeshGridIndexed:meshgrid",
    "(equation: str, operands: Tensors)": "EinsumOfList:einsum",
    "(equation: str, *operands: Tensor)": "Einsum:einsum",
    # --- elementwise, of one tensor
    "(input)": """
    Abs:abs,absolute Acos:acos,arccos Acosh:acosh,arccosh Angle:angle Argwhere:argwhere Asin:asin,arcsin
    Asinh:asinh,arcsinh Atan:atan,arctan Atanh:atanh,arctanh ElementwiseCeil:ceil ConjPhysical:conj_physical
    Corrcoef:corrcoef Cos:cos Cosh:cosh Deg2Rad:deg2rad Digamma:digamma,special.digamma,special.psi
    Erf:erf,special.erf Erfc:erfc,special.erfc Erfinv:erfinv,special.erfinv Exponential:exp Exp2:exp2,special.exp2
    Expm1:expm1,special.expm1 ElementwiseFloor:floor Frac:frac Frexp:frexp I0:i0,special.i0 IsFinite:isfinite
    IsInf:isinf IsNaN:isnan IsNegInf:isneginf IsPosInf:isposinf IsReal:isreal LGamma:lgamma,special.gammaln Log:log
    Log10:log10 Log1p:log1p,special.log1p Log2:log2 LogicalNot:logical_not Rad2Deg:rad2deg Reciprocal:reciprocal
    RSqrt:rsqrt Sgn:sgn ElementwiseUnarySign:sign SignBit:signbit Sin:sin Sinc:sinc,special.sinc Sinh:sinh Sqrt:sqrt
    Square:square Tan:tan Truncate:trunc,fix Round:round
    BesselJ0:special.bessel_j0 BesselJ1:special.bessel_j1 BesselY0:special.bessel_y0 BesselY1:special.bessel_y1
    Entr:special.entr Erfcx:special.erfcx I0e:special.i0e I1:special.i1 I1e:special.i1e LogNdtr:special.log_ndtr
    ModifiedBesselI0:special.modified_bessel_i0 ModifiedBesselI1:special.modified_bessel_i1
    ModifiedBesselK0:special.modified_bessel_k0 ModifiedBesselK1:special.modified_bessel_k1 Ndtr:special.ndtr
    Ndtri:special.ndtri
    All:all Any:any CountNonZero:count_nonzero Max:max Min:min Median:median NanMedian:nanmedian Std:std StdMean:std_mean
    Var:var VarMean:var_mean Norm:norm AMax:amax AMin:amin NonZero:nonzero MSort:msort FlipLR:fliplr FlipUD:flipud
    Determinant:det LogDet:logdet Inverse:inverse MatrixExp:matrix_exp,linalg.matrix_exp
    SLogDet:slogdet Trace:trace
    Adjoint:adjoint Conj:conj Imag:imag Ravel:ravel Real:real
    ResolveConj:resolve_conj ResolveNeg:resolve_neg ViewAsComplex:view_as_complex ViewAsReal:view_as_real
    LinalgNorm:linalg.norm MatrixNorm:linalg.matrix_norm Cond:linalg.cond Eig:linalg.eig EigVals:linalg.eigvals Geqrf:geqrf
    """,
    "(x)": """
    AiryAi:special.airy_ai ScaledModifiedBesselK0:special.scaled_modified_bessel_k0
    ScaledModifiedBesselK1:special.scaled_modified_bessel_k1 SphericalBesselJ0:special.spherical_bessel_j0
    """,
    "(A)": "LinalgDeterminant:linalg.det LinalgInverse:linalg.inv LinalgSLogDet:linalg.slogdet",
    "(input, *, decimals: int)": "RoundDecimals:round",
    "(input, *, decimals=0)": "SpecialRound:special.round",
    "(input, eps: float | None = None)": "Logit:logit,special.logit",
    "(input, nan: float | None = None, posinf: float | None = None, neginf: float | None = None)": "NanToNum:nan_to_num",
    "(input, min: Limit | None = None, max: Limit | None = None)": "Clamp:clamp,clip",
    "(input, min: Limit)": "ClampMin:clamp_min",
    "(input, max: Limit)": "ClampMax:clamp_max",
    "(input, p: int)": "MvLGamma:mvlgamma,special.multigammaln",
    "(n, input)": "Polygamma:polygamma,special.polygamma",
    "(input, n)": "PolygammaOf:Tensor.polygamma MatrixPower:matrix_power,linalg.matrix_power",
    # --- elementwise, of several
    "(input, other)": """
    Atan2:atan2,arctan2 FMax:fmax FMin:fmin Gcd:gcd Hypot:hypot IGamma:igamma,special.gammainc
    IGammaC:igammac,special.gammaincc Lcm:lcm Ldexp:ldexp LogAddExp:logaddexp LogAddExp2:logaddexp2
    LogicalAnd:logical_and LogicalOr:logical_or LogicalXor:logical_xor Maximum:maximum Minimum:minimum
    NextAfter:nextafter Inner:inner Kron:kron VDot:vdot MaxOfTwo:max MinOfTwo:min TypeAs:Tensor.type_as
    ViewAs:Tensor.view_as
    FunctionalMatMul:matmul,linalg.matmul
    """,
    "(input, other: Operand)": """
    CopySign:copysign Fmod:fmod FunctionalFloorDivide:floor_divide FunctionalEqual:eq FunctionalNotEqual:ne,not_equal
    FunctionalLess:lt,less FunctionalLessEqual:le,less_equal FunctionalGreater:gt,greater
    FunctionalGreaterEqual:ge,greater_equal
    """,
    "(input: First, other: Operand)": """
    FunctionalRemainder:remainder XLogY:xlogy,special.xlogy XLog1Py:special.xlog1py Zeta:special.zeta
    BitwiseLeftShift:bitwise_left_shift BitwiseRightShift:bitwise_right_shift FunctionalBitwiseAnd:bitwise_and
    FunctionalBitwiseOr:bitwise_or FunctionalBitwiseXor:bitwise_xor
    """,
    "(input: Left, other: Operand)": """
    FunctionalAdd:add FunctionalSubtract:sub,subtract FunctionalMultiply:mul,multiply
    FunctionalDivide:div,divide,true_divide RSub:rsub
    """,
    "(input, other: Operand, *, alpha: Number)": "AddScaled:add SubtractScaled:sub,subtract RSubScaled:rsub",
    "(input, other: Operand, *, rounding_mode: str | None)": "DivideRounding:div,divide",
    "(input: First, exponent: Operand)": "FunctionalPow:pow FloatPower:float_power",
    "(x: First, n: Operand)": """
    ChebyshevPolynomialT:special.chebyshev_polynomial_t ChebyshevPolynomialU:special.chebyshev_polynomial_u
    ChebyshevPolynomialV:special.chebyshev_polynomial_v ChebyshevPolynomialW:special.chebyshev_polynomial_w
    HermitePolynomialH:special.hermite_polynomial_h HermitePolynomialHe:special.hermite_polynomial_he
    LaguerrePolynomialL:special.laguerre_polynomial_l LegendrePolynomialP:special.legendre_polynomial_p
    ShiftedChebyshevPolynomialT:special.shifted_chebyshev_polynomial_t
    ShiftedChebyshevPolynomialU:special.shifted_chebyshev_polynomial_u
    ShiftedChebyshevPolynomialV:special.shifted_chebyshev_polynomial_v
    ShiftedChebyshevPolynomialW:special.shifted_chebyshev_polynomial_w
    """,
    "(input, tensor1, tensor2, *, value: Number = 1)": "AddCDiv:addcdiv AddCMul:addcmul",
    "(input, end: Tensor, weight: Operand)": "Lerp:lerp",
    "(input, values: Tensor)": "Heaviside:heaviside",
    "(input, other, rtol=1e-05, atol=1e-08, equal_nan=False)": "IsClose:isclose",
    "(elements: First, test_elements: Operand, *, assume_unique=False, invert=False)": "IsIn:isin",
    "(real, imag)": "Complex:complex",
    "(abs, angle)": "Polar:polar",
    "(condition, input: First, other: Operand)": "Where:where",
    "(input, condition, other: Operand)": "WhereOf:Tensor.where",
    "(condition) -> any": "WhereIndices:where",
    "(input, mask, value: Limit)": "MaskedFill:masked_fill",
    "(input, mask, source)": "MaskedScatter:masked_scatter",
    "(input, mask)": "MaskedSelect:masked_select",
    # --- reductions
    "(input, *, dtype=None)": "Mean:mean Sum:sum Prod:prod",
    "(input, dim: Dims | None, keepdim=False, *, dtype=None)": "MeanOver:mean SumOver:sum",
    "(input, dim: Dims | None = None, keepdim=False, *, dtype=None)": "NanMean:nanmean NanSum:nansum",
    "(input, dim, keepdim=False, *, dtype=None)": "ProdOver:prod",
    "(input, dim, keepdim=False)": "MaxOver:max MinOver:min MedianOver:median NanMedianOver:nanmedian",
    "(input, dim: Dims, keepdim=False)": """
    AllOver:all AnyOver:any AMaxOver:amax AMinOver:amin LogSumExp:logsumexp,special.logsumexp
    """,
    "(input, dim: Dims)": "CountNonZeroOver:count_nonzero",
    "(input, *, dim: int | None = None, keepdim=False)": "AMinMax:aminmax",
    "(input, dim: int | None = None, keepdim=False)": "Argmax:argmax Argmin:argmin",
    "(input, dim: Dims | None)": """
    StdOver:std StdMeanOver:std_mean VarOver:var VarMeanOver:var_mean
    """,
    "(input, unbiased: bool)": """
    StdUnbiased:std StdMeanUnbiased:std_mean VarUnbiased:var VarMeanUnbiased:var_mean
    """,
    "(input, dim: Dims | None, unbiased: bool, keepdim=False)": """
    StdOverUnbiased:std StdMeanOverUnbiased:std_mean VarOverUnbiased:var VarMeanOverUnbiased:var_mean
    """,
    "(input, dim: Dims | None = None, *, correction: Number | None = None, keepdim=False)": """
    StdCorrected:std StdMeanCorrected:std_mean VarCorrected:var VarMeanCorrected:var_mean
    """,
    "(input, p: Order | None)": "NormOrder:norm CondOrder:linalg.cond",
    "(input, p: Order | None, dim: Dims | None, keepdim=False)": "NormOver:norm",
    "(input, *, dim: Dims | None, keepdim=False)": "NormAlong:norm",
    "(input, p: Order | None = 'fro', dim: Ints | None = None, keepdim=False, *, dtype=None)": "NormTo:norm",
    "(x: Tensor, ord: Number = 2)": "VectorNorm:linalg.vector_norm",
    "(x: Tensor, *, dim: Dims | None, ord: Number = 2, keepdim=False, dtype=None)": "VectorNormOver:linalg.vector_norm",
    "(x: Tensor, ord: Number, dim: Dims | None, keepdim=False, *, dtype=None)": "VectorNormAlong:linalg.vector_norm",
    "(input, ord: Order | None)": "LinalgNormOrder:linalg.norm",
    "(input, ord: Order)": "MatrixNormOrder:linalg.matrix_norm",
    "(input, ord: Order | None, dim: Dims | None, keepdim=False, *, dtype=None)": "LinalgNormAlong:linalg.norm",
    "(input, *, dim: Dims | None, ord: Order | None = None, keepdim=False, dtype=None)": "LinalgNormOver:linalg.norm",
    "(input, ord: Order, dim: Ints, keepdim=False, *, dtype=None)": "MatrixNormOver:linalg.matrix_norm",
    "(input, *, dim: Ints = (-2, -1), keepdim=False, dtype=None)": "MatrixNormAlong:linalg.matrix_norm",
    "(input, other, p: Number = 2)": "Dist:dist",
    "(x1, x2, p=2.0, compute_mode='use_mm_for_euclid_dist_if_necessary')": "CDist:cdist",
    "(input, p=2.0)": "PDist:nn.functional.pdist,pdist",
    "(input, p: Number, dim, maxnorm: Number)": "Renorm:renorm",
    "(input, q: Fraction, dim: int | None = None, keepdim=False, *, interpolation='linear')": """
    NanQuantile:nanquantile Quantile:quantile
    """,
    "(input, k, dim=-1, largest=True, sorted=True)": "TopK:topk",
    "(input, dim=-1, descending=False)": "Sort:sort Argsort:argsort",
    "(input, *, stable: bool, dim=-1, descending=False)": "StableSort:sort StableArgsort:argsort",
    "(input, k, dim=-1, keepdim=False)": "KthValue:kthvalue",
    "(input, dim=-1, keepdim=False)": "Mode:mode",
    "(input, dim)": "CumMax:cummax CumMin:cummin LogCumSumExp:logcumsumexp",
    "(input, dim, *, dtype=None)": "CumProd:cumprod CumSum:cumsum",
    "(input, bins=100, min: Number = 0, max: Number = 0)": "Histc:histc",
    "(input, weights: Tensor | None = None, minlength=0)": "BinCount:bincount",
    "(input, sorted=True, *, dim: int | None = None)": "Unique:unique",
    "(input, *, sorted=True, return_inverse=False, return_counts=False, dim: int | None = None) -> any": """
    UniqueReturning:unique
    """,
    "(input, *, dim: int | None = None)": "UniqueConsecutive:unique_consecutive",
    "(input, *, return_inverse=False, return_counts=False, dim: int | None = None) -> any": """
    UniqueConsecutiveReturning:unique_consecutive
    """,
    "(input: First, boundaries, *, out_int32=False, right=False)": "Bucketize:bucketize",
    "(sorted_sequence, input: Operand, *, out_int32=False, right=False, side: str | None = None, "
    "sorter: Tensor | None = None)": "SearchSorted:searchsorted",
    "(input, n=1, dim=-1, prepend: Tensor | None = None, append: Tensor | None = None)": "Diff:diff",
    "(y, x, *, dim=-1)": "Trapezoid:trapezoid,trapz CumulativeTrapezoid:cumulative_trapezoid",
    "(y, *, dx: Number = 1, dim=-1)": "TrapezoidEven:trapezoid CumulativeTrapezoidEven:cumulative_trapezoid",
    "(input, *, correction=1, fweights: Tensor | None = None, aweights: Tensor | None = None)": "Cov:cov",
    # --- products and solvers
    "(input, mat2)": "Bmm:bmm Mm:mm",
    "(input, vec)": "Mv:mv",
    "(input, vec2)": "Outer:outer,ger",
    "(input, tensor)": "Dot:dot",
    "(input, mat1, mat2, *, beta=1, alpha=1)": "Addmm:addmm",
    "(input, mat, vec, *, beta=1, alpha=1)": "Addmv:addmv",
    "(input, vec1, vec2, *, beta=1, alpha=1)": "Addr:addr",
    "(input, batch1, batch2, *, beta=1, alpha=1)": "Baddbmm:baddbmm Addbmm:addbmm",
    "(a: Tensor, b: Tensor, dims: Axes = 2)": "TensorDot:tensordot",
    "(input, other, dim: int | None = None)": "Cross:cross",
    "(input, other, *, dim=-1)": "LinalgCross:linalg.cross",
    "(x, y, *, dim=-1)": "VecDot:linalg.vecdot",
    "(input, upper=False)": "CholeskyOf:cholesky CholeskyInverse:cholesky_inverse",
    "(input, input2, upper=False)": "CholeskySolve:cholesky_solve",
    "(input, *, upper=False)": "Cholesky:linalg.cholesky",
    "(A, mode='reduced')": "QR:linalg.qr",
    "(A, full_matrices=True, *, driver: str | None = None)": "SVD:linalg.svd",
    "(A, *, driver: str | None = None)": "SVDVals:linalg.svdvals",
    "(input, UPLO='L')": "Eigh:linalg.eigh EigValsh:linalg.eigvalsh",
    "(A, *, pivot=True)": "LU:linalg.lu LUFactor:linalg.lu_factor",
    "(LU, pivots, B, *, left=True, adjoint=False)": "LUSolve:linalg.lu_solve",
    "(A, B, *, left=True)": "Solve:linalg.solve",
    "(input, B, *, upper: bool, left=True, unitriangular=False)": "SolveTriangular:linalg.solve_triangular",
    "(input, *, atol: float | None = None, rtol: float | None = None, hermitian=False)": """
    PInv:linalg.pinv MatrixRank:linalg.matrix_rank
    """,
    "(input, rcond=1e-15)": "PseudoInverse:pinverse",
    "(input, ind=2)": "TensorInv:linalg.tensorinv",
    "(input, other, dims: Ints | None = None)": "TensorSolve:linalg.tensorsolve",
    "(input, tau: Tensor)": "HouseholderProduct:linalg.householder_product",
    "(x, N: int | None = None, increasing=False)": "Vander:vander",
    "(x, *, N: int | None = None)": "LinalgVander:linalg.vander",
    # --- parts and places
    "(input, chunks: int, dim=0)": "Chunk:chunk UnsafeChunk:unsafe_chunk",
    "(tensor, split_size_or_sections: Sections, dim=0)": "Split:split,Tensor.split",
    "(input, split_size: Sections, dim=0)": "SplitBySize:Tensor.split",
    "(input, split_size: int, dim=0)": "UnsafeSplit:unsafe_split",
    "(input, split_sizes: Ints, dim=0)": """
    SplitWithSizes:split_with_sizes UnsafeSplitWithSizes:unsafe_split_with_sizes
    """,
    "(input, sections: int)": "DSplit:dsplit HSplit:hsplit VSplit:vsplit",
    "(input, indices: Ints)": "DSplitAt:dsplit HSplitAt:hsplit VSplitAt:vsplit",
    "(input, sections: int, dim=0)": "TensorSplit:tensor_split",
    "(input, indices: Ints, dim=0)": "TensorSplitAt:tensor_split",
    "(input, dim=0)": "Unbind:unbind",
    "(input, source: Dims, destination: Dims)": "MoveDim:movedim,moveaxis",
    "(input, dim, start: int, length: int)": "NarrowCopy:narrow_copy",
    "(input, size: Ints, stride: Ints, storage_offset: int | None = None)": "AsStrided:as_strided",
    "(input, offset=0, dim1=0, dim2=1)": "Diagonal:diagonal",
    "(A, *, offset=0, dim1=-2, dim2=-1)": "LinalgDiagonal:linalg.diagonal",
    "(input, diagonal=0)": "Diag:diag Tril:tril Triu:triu",
    "(input, offset=0)": "DiagFlat:diagflat",
    "(input, offset=0, dim1=-2, dim2=-1)": "DiagEmbed:diag_embed",
    "(input, *dims: int)": "FlipOver:Tensor.flip TileOver:Tensor.tile",
    "(input, dims: Ints)": "Flip:flip,Tensor.flip Tile:tile,Tensor.tile",
    "(input, *repeats: int)": "RepeatOver:Tensor.repeat",
    "(input, repeats: Ints)": "Repeat:Tensor.repeat",
    "(input, *size: int)": "BroadcastToOver:Tensor.broadcast_to SumToSizeOver:Tensor.sum_to_size",
    "(input, size: Ints)": "BroadcastTo:broadcast_to,Tensor.broadcast_to SumToSize:Tensor.sum_to_size",
    "(input, shifts: Dims)": "Roll:roll",
    "(input, shifts: Dims, dims: Dims)": "RollOver:roll",
    "(input, k=1, dims: Ints = (0, 1))": "Rot90:rot90",
    "(input, repeats: Count, dim: int | None = None, *, output_size: int | None = None)": """
    RepeatInterleave:repeat_interleave
    """,
    "(repeats: Tensor, *, output_size: int | None = None)": "RepeatInterleaveOf:repeat_interleave",
    "(input, dimension: int, size: int, step: int)": "UnfoldDimension:Tensor.unfold",
    "(input, r=2, with_replacement=False)": "Combinations:combinations",
    "(input, index)": "Take:take",
    "(input, dim, index)": "IndexSelect:index_select",
    "(input, indices: Tensor, dim: int | None = None)": "TakeAlongDim:take_along_dim",
    "(input, dim, index, *, sparse_grad=False)": "Gather:gather",
    "(input, dim, index, src: Operand)": "Scatter:scatter",
    "(input, dim, index, value: Operand)": "ScatterValue:scatter IndexFill:index_fill",
    "(input, dim, index, src: Operand, *, reduce: str)": "ScatterReducing:scatter",
    "(input, dim, index, value: Number, *, reduce: str)": "ScatterValueReducing:scatter",
    "(input, dim, index, src)": "ScatterAdd:scatter_add",
    "(input, dim, index, src, reduce: str, *, include_self=True)": "ScatterReduce:scatter_reduce",
    "(input, dim, index, source, *, alpha=1)": "IndexAdd:index_add",
    "(input, dim, index, source)": "IndexCopy:index_copy",
    "(input, dim, index, source, reduce: str, *, include_self=True)": "IndexReduce:index_reduce",
    "(input, indices: Tensors, values: Tensor, accumulate=False)": "IndexPut:index_put",
    "(input, index, source, accumulate=False)": "Put:put",
    "(input, src, dim, index: int)": "SelectScatter:select_scatter",
    "(input, src, dim=0, start: int | None = None, end: int | None = None, step=1)": "SliceScatter:slice_scatter",
    "(input, src, offset=0, dim1=0, dim2=1)": "DiagonalScatter:diagonal_scatter",
    "(input, *, as_tuple: bool) -> any": "NonZeroAsTuple:nonzero",
    "(input, pad, value: Number = 0)": "ConstantPadNd:constant_pad_nd",
    # --- spectra
    "(input, n: int | None = None, dim=-1, norm: str | None = None)": """
    FFT:fft.fft HFFT:fft.hfft IFFT:fft.ifft IHFFT:fft.ihfft IRFFT:fft.irfft RFFT:fft.rfft
    """,
    "(input, s: Ints | None = None, dim: Ints = (-2, -1), norm: str | None = None)": """
    FFT2:fft.fft2 HFFT2:fft.hfft2 IFFT2:fft.ifft2 IHFFT2:fft.ihfft2 IRFFT2:fft.irfft2 RFFT2:fft.rfft2
    """,
    "(input, s: Ints | None = None, dim: Ints | None = None, norm: str | None = None)": """
    FFTN:fft.fftn HFFTN:fft.hfftn IFFTN:fft.ifftn IHFFTN:fft.ihfftn IRFFTN:fft.irfftn RFFTN:fft.rfftn
    """,
    "(input, dim: Ints | None = None)": "FFTShift:fft.fftshift IFFTShift:fft.ifftshift",
    "(input, n_fft: int, hop_length: int | None = None, win_length: int | None = None, window: Tensor | None = None, "
    "center=True, pad_mode='reflect', normalized=False, onesided: bool | None = None, "
    "return_complex: bool | None = None, align_to_window: bool | None = None)": "STFT:stft",
    "(input, n_fft: int, hop_length: int | None = None, win_length: int | None = None, window: Tensor | None = None, "
    "center=True, normalized=False, onesided: bool | None = None, length: int | None = None, return_complex=False)":
        "ISTFT:istft",
    # --- torch.nn.functional
    "(input, num_classes=-1)": "OneHot:nn.functional.one_hot",
    "(input, p=2.0, dim=1, eps=1e-12)": "Normalize:nn.functional.normalize",
    "(input, grid, mode='bilinear', padding_mode='zeros', align_corners: bool | None = None)": """
    GridSample:nn.functional.grid_sample
    """,
    "(theta: Tensor, size: Ints, align_corners: bool | None = None)": "AffineGrid:nn.functional.affine_grid",
    "(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, dropout_p=0.0, is_causal=False, "
    "*, scale: float | None = None, enable_gqa=False)": """
    ScaledDotProductAttention:nn.functional.scaled_dot_product_attention
    """,
    "(logits: Tensor, tau: float = 1, hard=False, eps=1e-10, dim=-1)": "GumbelSoftmax:nn.functional.gumbel_softmax",
    "(input, groups)": "NativeChannelShuffle:nn.functional.native_channel_shuffle,native_channel_shuffle",
    # --- tensors made of numbers
    "(end: Number, *, dtype=None, device=None)": "Arange:arange",
    "(start: Number, end: Number, *, dtype=None, device=None)": "ArangeFrom:arange",
    "(start: Number, end: Number, step: Number, *, dtype=None, device=None)": "ArangeStep:arange",
    "(start: Number, end: Number, steps: int, *, dtype=None, device=None)": "Linspace:linspace",
    "(start: Number, end: Number, steps: int, base=10.0, *, dtype=None, device=None)": "Logspace:logspace",
    "(n, *, dtype=None, device=None)": "Eye:eye",
    "(n, m: int, *, dtype=None, device=None)": "EyeOver:eye",
    "(size: Sizes, *, dtype=None, device=None)": "Ones:ones Zeros:zeros",
    "(*size: int, dtype=None, device=None)": "OnesOver:ones ZerosOver:zeros",
    "(input, size: Sizes, *, dtype=None, device=None)": "NewOnes:Tensor.new_ones NewZeros:Tensor.new_zeros",
    "(input, *size: int, dtype=None, device=None)": "NewOnesOver:Tensor.new_ones NewZerosOver:Tensor.new_zeros",
    "(size: Ints, fill_value: Fill, *, dtype=None, device=None)": "Full:full",
    "(input, size: Ints, fill_value: Fill, *, dtype=None, device=None)": "NewFull:Tensor.new_full",
    "(input, *, dtype=None, device=None)": "OnesLike:ones_like ZerosLike:zeros_like",
    "(input, fill_value: Fill, *, dtype=None, device=None)": "FullLike:full_like",
    # --- random numbers, drawn in the same order
    "(input, *, generator=None)": "Bernoulli:bernoulli",
    "(input, p, *, generator=None)": "BernoulliOf:bernoulli",
    "(input, num_samples: int, replacement=False, *, generator=None)": "Multinomial:multinomial",
    "(input, p, train)": "FeatureDropout:feature_dropout",
}

# --- the operators -----------------------------------------------------------------------------------------------------
# Sign -> class:functions that compute the same where the first operand is a tensor. The parameters are named as the
# functions name them. Shifts have functions that do something else with floats.
OPERATORS: Final[Mapping[str, str]] = {
    "+": "Add:add",
    "-": "Subtract:sub,subtract",
    "*": "Multiply:mul,multiply",
    "/": "Divide:div,divide,true_divide",
    "//": "FloorDivide:floor_divide",
    "%": "Remainder:remainder",
    "**": "Pow:pow",
    "@": "MatMul:matmul,linalg.matmul",
    "&": "BitwiseAnd:bitwise_and",
    "|": "BitwiseOr:bitwise_or",
    "^": "BitwiseXor:bitwise_xor",
    "<<": "LeftShift",
    ">>": "RightShift",
    "==": "Equal:eq",
    "!=": "NotEqual:ne,not_equal",
    "<": "Less:lt,less",
    "<=": "LessEqual:le,less_equal",
    ">": "Greater:gt,greater",
    ">=": "GreaterEqual:ge,greater_equal",
}
# These write into the left operand, which is a tensor: sign -> class:methods.
IN_PLACE_OPERATORS: Final[Mapping[str, str]] = {
    "+": "InplaceAdd:Tensor.add_",
    "-": "InplaceSubtract:Tensor.sub_,Tensor.subtract_",
    "*": "InplaceMultiply:Tensor.mul_,Tensor.multiply_",
    "/": "InplaceDivide:Tensor.div_,Tensor.divide_,Tensor.true_divide_",
}
UNARY_OPERATORS: Final[Mapping[str, str]] = {"-": "Neg:neg,negative", "~": "BitwiseNot:bitwise_not", "+": "Positive:positive"}

# --- what modulint.lint.operations has the signatures of -------------------------------------------------------------------
# A class of torch.nn that a name would shadow makes it "Functional"; these say more, or stand for several classes.
_NAMES: Final[Mapping[str, str]] = {
    "torch.nn.functional.batch_norm": "BatchNorm",
    "torch.nn.functional.instance_norm": "InstanceNorm",
    "torch.nn.functional.interpolate": "Interpolate",
    "torch.nn.functional.pad": "Pad",
    "torch.nn.functional.conv_tbc": "ConvTBC",
    "torch.conv_tbc": "ConvTBC",
    "torch.batch_norm": "TorchBatchNorm",
    "torch.instance_norm": "TorchInstanceNorm",
}
# Types that differ from what the name of the parameter says elsewhere.
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    **{
        f"{namespace}.conv{rank}d": {"padding": "Padding"}
        for namespace in ("torch", "torch.nn.functional")
        for rank in (1, 2, 3)
    },
    "torch.nn.functional.local_response_norm": {"size": "int"},
    "torch.nn.functional.conv_tbc": {"bias": "Tensor", "pad": "int"},
    "torch.conv_tbc": {"bias": "Tensor", "pad": "int"},
    "torch.nn.functional.pad": {"value": "float | None"},
    "torch.nn.functional.triplet_margin_with_distance_loss": {"distance_function": "object"},
    "torch.nn.functional.linear_cross_entropy": {"options": "object", "ignore_index": "int | None"},
    "torch.nn.functional.lp_pool1d": {"kernel_size": "int"},
    "torch.poisson_nll_loss": {"reduction": "int"},
    "torch.nn.functional.multi_margin_loss": {"p": "int"},
    "torch.nn.functional.upsample": {"scale_factor": "float | None"},
}
# The first parameter that is given by keyword alone.
_KEYWORDS: Final[Mapping[str, str]] = {
    "torch.nn.functional.gelu": "approximate",
    "torch.nn.functional.linear_cross_entropy": "linear_bias",
    "torch.nn.functional.triplet_margin_with_distance_loss": "distance_function",
    "torch.kl_div": "log_target",
    **{
        f"torch.nn.functional.fractional_max_pool{rank}d{suffix}": "_random_samples"
        for rank in (2, 3)
        for suffix in ("", "_with_indices")
    },
}

# For a parameter of these functions TorchScript makes a list of a literal number only.
_BROADCASTING: Final = re.compile(r"functional\.(fractional_max|max_un|max_|lp_)pool\d")
_WINDOW: Final = frozenset({"kernel_size", "stride", "padding", "dilation", "output_size"})

# Endings of the parameters that may be None although they have no default.
_MAY_BE_NONE: Final = ("bias", "bias_k", "bias_v", "in_proj_weight", "running_mean", "running_var")
_INDICES: Final = "return_indices"

# A quantizer looks into a module whose trace has several operations, and then wants each of them to be a module. Where
# the function is so simple, its class is put together from them; see SEVERAL for the others.
_COMPOSED: Final[Mapping[str, str]] = {
    "Normalize": '''\
class Normalize(nn.Module):
    """`torch.nn.functional.normalize` as a module, with one for each of its operations."""

    class Norm(nn.Module):
        def forward(self, input: torch.Tensor, p: float, dim: int) -> torch.Tensor:
            return input.norm(p, dim, keepdim=True)

    class ClampMin(nn.Module):
        def forward(self, input: torch.Tensor, min: float) -> torch.Tensor:
            return input.clamp_min(min)

    class Divide(nn.Module):
        def forward(self, input: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
            return input / other

    def __init__(self) -> None:
        super().__init__()
        self.norm = self.Norm()
        self.clamp_min = self.ClampMin()
        self.divide = self.Divide()

    def forward(self, input: torch.Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> torch.Tensor:
        return self.divide(input, self.clamp_min(self.norm(input, p, dim), eps))
''',
}

# Classes that `torch.jit.trace` takes for several operations, at least in some calls; and those named after them.
SEVERAL: Final = frozenset("""
FunctionalEmbeddingBag FunctionalFractionalMaxPool FunctionalGaussianNLLLoss FunctionalHuberLoss FunctionalKLDivLoss
FunctionalL1Loss FunctionalLPPool FunctionalLinearCrossEntropyLoss FunctionalLocalResponseNorm FunctionalMSELoss
FunctionalMultiLabelSoftMarginLoss FunctionalMultiheadAttention FunctionalSmoothL1Loss FunctionalSoftmin
FunctionalSoftsign FunctionalTanhshrink FunctionalTripletMarginWithDistanceLoss GumbelSoftmax InterpolateUniform STFT
""".split())

# Function that an AIMET class wraps -> the class, of aimet_torch.nn.modules.custom. Where it has a name of its own for
# what is a row here, the row has the same name. `MaskedFill` is not here: AIMET's writes into its input.
AIMET: Final[Mapping[str, str]] = {
    f"torch.{function}": name
    for name, function in (
        pair.split(":")
        for pair in """
        Subtract:sub Divide:div FloorDivide:floor_divide MatMul:matmul Norm:norm Exponential:exp Erf:erf Sqrt:sqrt
        Maximum:maximum Max:max AMax:amax Minimum:minimum Min:min AMin:amin Where:where Greater:gt Less:lt
        GreaterEqual:ge LessEqual:le NotEqual:ne Equal:eq Bmm:bmm CumSum:cumsum Mean:mean Sum:sum Prod:prod Log:log
        Abs:abs Neg:neg Argmin:argmin Argmax:argmax ElementwiseCeil:ceil ElementwiseFloor:floor Sin:sin Cos:cos
        Asin:asin Atan:atan Round:round Gather:gather LogicalOr:logical_or LogicalAnd:logical_and
        LogicalNot:logical_not Split:split Remainder:remainder IndexSelect:index_select Fmod:fmod NonZero:nonzero
        TopK:topk Tile:tile ElementwiseUnarySign:sign Baddbmm:baddbmm Addmm:addmm RSqrt:rsqrt Square:square Outer:outer
        Interpolate:nn.functional.interpolate MaxPool2d:nn.functional.max_pool2d
        AdaptiveAvgPool2d:nn.functional.adaptive_avg_pool2d AvgPool2d:nn.functional.avg_pool2d
        BatchNorm:nn.functional.batch_norm GroupNorm:nn.functional.group_norm Normalize:nn.functional.normalize
        Pad:nn.functional.pad GridSample:nn.functional.grid_sample
        ScaledDotProductAttention:nn.functional.scaled_dot_product_attention DynamicLinear:nn.functional.linear
        """.split()
    )
}


@cache
def rows_by_operation() -> Mapping[str, tuple[Row, ...]]:
    """The rows of every operation, in the order in which they are tried."""
    found: dict[str, list[Row]] = {}
    for row, spellings in (*_operator_rows(), *_known_rows(), *_rows()):
        for spelling in spellings:
            found.setdefault(spelling, []).append(row)
    return {operation: tuple(rows) for operation, rows in found.items()}


@cache
def operators() -> Mapping[tuple[str, int], Row]:
    """The row of an operator's sign, by the number of operands."""
    return {(row.operator, len(row.parameters)): row for row, _ in _operator_rows()}


@cache
def in_place_operators() -> Mapping[str, Row]:
    """The row of an operator that writes into its left operand, by the operator's sign and by operation."""
    parameters = (make_parameter("input", "Tensor", REQUIRED), make_parameter("other", "Right", REQUIRED))
    found: dict[str, Row] = {}
    for sign, word in IN_PLACE_OPERATORS.items():
        spellings = [f"torch.{name}" for name in _spellings(word)]
        row = Row(word.partition(":")[0], spellings[0], parameters, operator=sign, in_place=True)
        found |= dict.fromkeys((sign, *spellings), row)
    return found


def _rows() -> Iterator[tuple[Row, list[str]]]:
    spelled = {f"torch.{name}" for text in SIGNATURES.values() for word in text.split() for name in _spellings(word)}
    for signature, text in SIGNATURES.items():
        for word in text.split():
            name = word.partition(":")[0]
            row = make_row(name, f"torch.{_spellings(word)[0]}", signature)
            yield replace(row, source=_COMPOSED.get(name, "")), [*_with_methods(row, _spellings(word), spelled)]


def _with_methods(row: Row, spellings: list[str], spelled: set[str]) -> Iterator[str]:
    """The canonical names of spellings, and of the tensor methods that are spellings as well."""
    for spelling in spellings:
        yield f"torch.{spelling}"
        method = f"torch.Tensor.{spelling}"
        if "." not in spelling and (method in OPERATIONS or method in MOVEMENT) and method not in spelled:
            yield method


def _operator_rows() -> Iterator[tuple[Row, list[str]]]:
    for sign, word in OPERATORS.items():
        second = "exponent" if sign == "**" else "other"
        parameters = (make_parameter("input", "Left", REQUIRED), make_parameter(second, "Operand", REQUIRED))
        if sign == "@":
            parameters = (make_parameter("input", "", REQUIRED), make_parameter(second, "", REQUIRED))
        yield _operator_row(sign, word, parameters)
    for sign, word in UNARY_OPERATORS.items():
        yield _operator_row(sign, word, (make_parameter("input", "", REQUIRED),))


def _operator_row(sign: str, word: str, parameters: tuple[Parameter, ...]) -> tuple[Row, list[str]]:
    spellings = _spellings(word)
    row = Row(word.partition(":")[0], f"torch.{spellings[0]}" if spellings else "", parameters, operator=sign)
    return row, [*_with_methods(row, spellings, set())]


def _spellings(word: str) -> list[str]:
    return [name for name in word.partition(":")[2].split(",") if name]


def _known_rows() -> Iterator[tuple[Row, list[str]]]:
    """The rows of the functions that torch has a class for: with and without weights of its own."""
    by_signature: dict[tuple[str, tuple[tuple[str, object], ...]], tuple[Row, list[str]]] = {}
    for operation in sorted(OPERATIONS.values(), key=lambda entry: "nn.functional" not in entry.name):
        if operation.kind == "op" or operation.mutates or not operation.parameters:
            continue
        name = _name(operation)
        key = (name.removeprefix("Functional").removeprefix("Torch"), operation.parameters)
        if key in by_signature:
            by_signature[key][1].append(operation.name)
        else:
            by_signature[key] = (_known_row(name, operation), [operation.name])
    for row, spellings in by_signature.values():
        # TorchScript has to know whether there will be indices.
        plain = tuple(parameter for parameter in row.parameters if parameter.name != _INDICES)
        yield replace(row, parameters=plain), spellings
        if plain != row.parameters and _INDICES not in OPERATIONS[row.function].refuses:
            yield replace(row, name=f"{row.name}ReturnIndices", result=""), spellings


def _name(operation: Operation) -> str:
    if operation.name in _NAMES:
        return _NAMES[operation.name]
    stem = operation.module.removeprefix("torch.nn.") or operation.name.rpartition(".")[2].title().replace("_", "")
    suffix = "WithIndices" if operation.name.endswith("_with_indices") else ""
    functional = operation.name.startswith("torch.nn.functional.") or operation.module not in MODULES
    return f"{'Functional' if functional else 'Torch'}{stem}{suffix}"


def _known_row(name: str, operation: Operation) -> Row:
    types = _TYPES.get(operation.name, {})
    parameters = []
    keyword = False
    for parameter, default in operation.parameters:
        word = types.get(parameter, "")
        if not word and parameter in operation.tensors and "size" not in parameter:
            word = "Tensor | None" if parameter.endswith(_MAY_BE_NONE) else "Tensor"
        if not word and parameter in _WINDOW and _BROADCASTING.search(operation.name):
            word = "Ints" if default is not None else "Ints | None"
        keyword = keyword or parameter == _KEYWORDS.get(operation.name)
        parameters.append(make_parameter(parameter, word, default, keyword))
    row = make_row(name, operation.name, "(input)")
    return Row(name, operation.name, tuple(parameters), row.result)
