"""The area under a receiver operating characteristic with DeLong's error.

E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988) 837; by ranks: X. Sun and W. Xu, IEEE Signal
Process. Lett. 21 (2014) 1389.
"""
import numpy as np

from study import StudyError


def middle_ranks(values):
    """Ranks from 1, the mean one for equal values."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]


def area(signal, background):
    """Value and error; ties count one half.

    Throws StudyError for a score that is no number, which has no rank.
    """
    if np.isnan(signal).any() or np.isnan(background).any():
        raise StudyError("a score is no number and has no rank; give other --seeds")
    joint = middle_ranks(np.concatenate([signal, background]))
    below = (joint[:len(signal)] - middle_ranks(signal)) / len(background)
    above = 1 - (joint[len(signal):] - middle_ranks(background)) / len(signal)
    variance = below.var(ddof=1) / len(signal) + above.var(ddof=1) / len(background)
    return {"value": float(below.mean()), "error": float(np.sqrt(variance))}
