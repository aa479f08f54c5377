"""Sixteen high-level features of one jet, from its constituents. Formulas: README.md beside this file."""
import fastjet
import numpy as np

RADIUS = 0.8
NAMES = ["mass", "softdrop_mass", "multiplicity", "pt_d", "girth", "width", "lha", "zlogz", "c1_b1", "c2_b1", "c2_b2",
         "d2_b1", "d2_b2", "softdrop_rg", "tau21", "tau32"]
SOFT_DROP_CUT = 0.1
LARGE = 1000.0  # a radius that puts every constituent into one jet

CAMBRIDGE_AACHEN = fastjet.JetDefinition(fastjet.cambridge_algorithm, LARGE)
KT_WINNER_TAKES_ALL = fastjet.JetDefinition(fastjet.kt_algorithm, LARGE, fastjet.WTA_pt_scheme)


def soft_drop(constituents):
    """Mass and opening angle after soft drop with beta = 0: walk down the Cambridge/Aachen tree from the
    last merging, drop the softer branch until min(pt1, pt2) / (pt1 + pt2) > 0.1."""
    sequence = fastjet.ClusterSequence(constituents, CAMBRIDGE_AACHEN)
    jet = sequence.inclusive_jets()[0]
    hard, soft = fastjet.PseudoJet(), fastjet.PseudoJet()
    while jet.has_parents(hard, soft):
        a, b = hard.pt(), soft.pt()
        if min(a, b) > SOFT_DROP_CUT * (a + b):
            return max(jet.m(), 0.0), hard.delta_R(soft)
        jet = fastjet.PseudoJet(hard if a >= b else soft)
        hard, soft = fastjet.PseudoJet(), fastjet.PseudoJet()
    return max(jet.m(), 0.0), 0.0


def subjettiness(constituents, rapidity, phi, pt):
    """tau_1, tau_2, tau_3 (beta = 1) about the axes of the exclusive kt subjets, winner-takes-all recombination."""
    sequence = fastjet.ClusterSequence(constituents, KT_WINNER_TAKES_ALL)
    result = []
    for n in (1, 2, 3):
        axes = sequence.exclusive_jets_up_to(n)
        distance = np.min([np.hypot(rapidity - a.rap(), wrapped(phi - a.phi_std())) for a in axes], axis=0)
        result.append(float((pt * distance).sum() / (pt.sum() * RADIUS)))
    return result


def wrapped(angle):
    return (angle + np.pi) % (2 * np.pi) - np.pi


def energy_correlations(z, distance):
    """e2 and e3: sums over pairs and triples of products of momentum fractions and of pairwise distances.

    With B_ij = sqrt(z_i z_j) R_ij and R_ii = 0: e2 = z R z / 2, e3 = tr(B B B) / 6."""
    e2 = float(z @ distance @ z) / 2
    root = np.sqrt(z)
    b = root[:, None] * distance * root[None]
    return e2, float(np.sum((b @ b) * b)) / 6


def ratio(a, b):
    return a / b if b > 0 else 0.0


def features(jet):
    """The features in the order of NAMES; a jet with fewer than three constituents has zeros where a ratio has no meaning."""
    constituents = list(jet.constituents())
    pt = np.array([c.pt() for c in constituents])
    rapidity, phi = np.array([c.rap() for c in constituents]), np.array([c.phi_std() for c in constituents])
    z = pt / pt.sum()
    from_axis = np.hypot(rapidity - jet.rap(), wrapped(phi - jet.phi_std()))
    r2 = (rapidity[:, None] - rapidity) ** 2 + wrapped(phi[:, None] - phi) ** 2
    e2, e3 = energy_correlations(z, np.sqrt(r2))
    f2, f3 = energy_correlations(z, r2)
    softdrop_mass, rg = soft_drop(constituents)
    tau = subjettiness(constituents, rapidity, phi, pt)
    return [max(jet.m(), 0.0), softdrop_mass, len(pt), float(np.sqrt((z * z).sum())), float(z @ from_axis),
            float(z @ from_axis ** 2), float(z @ np.sqrt(from_axis)), float((z * np.log(z)).sum()), e2,
            ratio(e3, e2 ** 2), ratio(f3, f2 ** 2), ratio(e3, e2 ** 3), ratio(f3, f2 ** 3), rg,
            ratio(tau[1], tau[0]), ratio(tau[2], tau[1])]
