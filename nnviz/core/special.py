"""The complementary error function, which NumPy lacks.

Rational approximations of S. L. Moshier, "Methods and Programs for Mathematical
Functions", 1989 (Cephes, ``ndtr.c``), in double precision.
"""

import numpy as np

from nnviz.core.calls import FloatArray

# erf(x) = x T(x^2) / U(x^2) for |x| < 1; highest power first.
_T = (
    9.60497373987051638749e0,
    9.00260197203842689217e1,
    2.23200534594684319226e3,
    7.00332514112805075473e3,
    5.55923013010394962768e4,
)
_U = (
    1.0,
    3.35617141647503099647e1,
    5.21357949780152679795e2,
    4.59432382970980127987e3,
    2.26290000613890934246e4,
    4.92673942608635921086e4,
)
# erfc(x) = exp(-x^2) P(x) / Q(x) for 1 <= x < 8.
_P = (
    2.46196981473530512524e-10,
    5.64189564831068821977e-1,
    7.46321056442269912687e0,
    4.86371970985681366614e1,
    1.96520832956077098242e2,
    5.26445194995477358631e2,
    9.34528527171957607540e2,
    1.02755188689515710272e3,
    5.57535335369399327526e2,
)
_Q = (
    1.0,
    1.32281951154744992508e1,
    8.67072140885989742329e1,
    3.54937778887819891062e2,
    9.75708501743205489753e2,
    1.82390916687909736289e3,
    2.24633760818710981792e3,
    1.65666309194161350182e3,
    5.57535340817727675546e2,
)
# erfc(x) = exp(-x^2) R(x) / S(x) for x >= 8.
_R = (
    5.64189583547755073984e-1,
    1.27536670759978104416e0,
    5.01905042251180477414e0,
    6.16021097993053585195e0,
    7.40974269950448939160e0,
    2.97886665372100240670e0,
)
_S = (
    1.0,
    2.26052863220117276590e0,
    9.39603524938001434673e0,
    1.20489539808096656605e1,
    1.70814450747565897222e1,
    9.60896809063285878198e0,
    3.36907645100081516050e0,
)


def erfc(x: FloatArray, out: FloatArray) -> FloatArray:
    """Write 1 - erf(x) into ``out``, which may be x itself, and return it.

    Relative error below 1e-14 wherever the result is a normal number.
    """
    size = np.abs(x.astype(np.float64))
    square = size * size
    with np.errstate(all="ignore"):
        near = 1.0 - size * (np.polyval(_T, square) / np.polyval(_U, square))
        bell = np.exp(-square)
        middle = bell * (np.polyval(_P, size) / np.polyval(_Q, size))
        far = bell * (np.polyval(_R, size) / np.polyval(_S, size))
    # Beyond x = 40 the bell is 0, whatever the quotient of infinities may be.
    result = np.where(size < 1, near, np.where(size < 8, middle, np.where(size < 40, far, 0.0)))
    out[...] = np.where(x < 0, 2.0 - result, result)
    return out
