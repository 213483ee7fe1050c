"""The planned trial: calls fail the rule they should, courses are coherent, effects are where truth puts them."""

import datetime

import numpy as np
import pytest

from biomarkers.demo import events, people, trial, truth
from biomarkers.demo.genes import BYSTANDER, DRIVER, NAMED, SUBTYPES
from biomarkers.demo.people import DATA_CUTOFF


@pytest.fixture(scope="module")
def made():
    return trial.plan(patients=60, seed=1)


@pytest.fixture(scope="module")
def large():
    return trial.plan(patients=200, seed=4)


def first_failing(call, made):
    """The first rule that excludes a record, worked out from its counts and place (methods, section 1)."""
    variant, depth = call.variant, sum(call.tumor)
    if call.filter != "PASS":
        return "filter"
    at = variant.pos - 1
    contig = variant.contig
    coding_near = made.genome.coding[contig][at - 2 : at + 3].any()
    inside = made.genome.coding[contig][at] or (variant.consequence.startswith("splice") and coding_near)
    if not (inside and made.genome.targeted[contig][at]):
        return "target"
    if depth < 25:
        return "depth"
    if call.tumor[1] < 3:
        return "alt_reads"
    return "vaf" if call.tumor[1] / depth < 0.05 else ""


def test_every_record_fails_exactly_the_rule_that_truth_names(made):
    seen = set()
    for records in made.calls:
        for call in records:
            assert first_failing(call, made) == call.exclusion
            seen.add(call.exclusion)
    assert seen == {"", "filter", "target", "depth", "alt_reads", "vaf"}


def test_vcf_patients_have_each_planted_variant_as_a_passing_record(made):
    for person, somatic, records in zip(made.people, made.somatic, made.calls, strict=True):
        if person.entry == "vcf":
            assert [c.variant for c in records if not c.exclusion] == somatic


def test_reads_of_a_planted_variant_stand_at_its_fraction(made):
    """Over some 600 calls the mean difference has a standard error of about 0.002."""
    passing = [call for records in made.calls for call in records if not call.exclusion and call.variant.frequency]
    differences = [call.tumor[1] / sum(call.tumor) - call.variant.frequency for call in passing]
    assert len(passing) > 300 and abs(np.mean(differences)) < 0.01


MISSENSE = {"missense_variant"}
MERINO = MISSENSE | {"stop_gained", "frameshift_variant", "inframe_insertion", "inframe_deletion"}


def test_true_burdens_count_what_is_planted_and_marker_genes_change_the_protein(large):
    """Counted by hand from the consequences, over the bases that are targeted and coding."""
    for person, somatic in zip(large.people, large.somatic, strict=True):
        terms = [variant.consequence for variant in somatic]
        assert all(terms), "each planted variant changes coding sequence or its splicing"
        burden = truth.burden(large.genome, somatic)
        for name, counted in (("missense_only", MISSENSE), ("merino_wes", MERINO)):
            expected = sum(term in counted for term in terms) / (large.genome.countable_bp / 1e6)
            assert burden[name] == pytest.approx(expected, rel=1e-12)
        hit = {variant.gene for variant in somatic if variant.consequence in MERINO}
        assert set(person.mutated) <= hit
        assert hit & {DRIVER, BYSTANDER} == set(person.mutated) & {DRIVER, BYSTANDER}
        assert len(somatic) == max(person.planted, len(person.mutated))


def test_burdens_are_those_of_hepatobiliary_tumors(large):
    """A median of about 3 per Mb and a few above 10, of which most are unstable."""
    burdens = np.array([truth.burden(large.genome, somatic)["merino_wes"] for somatic in large.somatic])
    assert burdens.min() == 0 and 2.5 < np.median(burdens) < 4 and burdens.max() > 20
    unstable = np.array([person.msi for person in large.people])
    assert 0.03 < (burdens >= 10).mean() < 0.15 and np.median(burdens[unstable]) > 10
    assert unstable[burdens >= 10].mean() > 0.5


def test_courses_are_coherent(large):
    for person, course in zip(large.people, large.courses, strict=True):
        dates = [date for date, _ in course.visits]
        if course.start is None:
            assert person.role == people.NEVER_TREATED and not course.visits and course.death is None
            continue
        assert dates == sorted(set(dates)) and all(course.start < d <= DATA_CUTOFF for d in dates)
        for earlier, later in zip([course.start, *dates], dates, strict=False):
            assert 28 <= (later - earlier).days <= 30
        answers = [answer for _, answer in course.visits]
        assert "PD" not in answers[:-1]
        assert course.start <= course.last_dose <= course.last_alive <= (course.death or DATA_CUTOFF)
        assert course.new_therapy is None or course.start < course.new_therapy <= course.last_alive
        assert all(d <= course.last_alive for d in dates)
        assert course.death is None or course.death <= DATA_CUTOFF


def confirmed(course):
    """Confirmed by hand: two responses at least 28 days apart with nothing but NE between, before any new therapy."""
    used = [(d, a) for d, a in course.visits if course.new_therapy is None or d < course.new_therapy]
    for i, (first, answer) in enumerate(used):
        if answer in ("PR", "CR"):
            rest = [(d, a) for d, a in used[i + 1 :] if a != "NE"]
            if rest and rest[0][1] in ("PR", "CR") and rest[0][0] - first >= datetime.timedelta(days=28):
                return True
    return False


def test_true_responders_are_those_with_a_confirmed_response(large):
    assert [confirmed(c) for c in large.courses] == [c.responder for c in large.courses]
    unconfirmed = [any(a == "PR" for _, a in c.visits) and not c.responder for c in large.courses]
    assert sum(unconfirmed) >= 3


@pytest.mark.parametrize("count", [8, 19, 20, 60, 200])
def test_share_of_responders_and_entries(count):
    made = trial.plan(patients=count, seed=3)
    treated = sum(c.start is not None for c in made.courses)
    assert sum(c.responder for c in made.courses) == round(0.28 * treated)
    entries = [p.entry for p in made.people]
    unsequenced = 2 if count >= 20 else 0
    assert [entries.count(entry) for entry in ("fastq", "bam", "none")] == [1, 1, unsequenced]
    assert len({p.patient for p in made.people}) == count


def test_markers_differ_where_truth_says_so_and_nowhere_else():
    """Over 600 patients of three trials: each true marker is higher in responders by far, each other one is not."""
    rows = []
    for seed in range(3):
        made = trial.plan(patients=200, seed=seed)
        for person, somatic, course in zip(made.people, made.somatic, made.courses, strict=True):
            if course.start is not None:
                burden = np.log2(sum("merino_wes" in v.counts_in for v in somatic) + 1)
                genes = [float(g in person.mutated) for g in (DRIVER, BYSTANDER)]
                level = float(person.ic_level[-1])
                plain = [person.age, person.sex == "F", person.ecog, level, person.myeloid_score]
                plain += [person.subtype == "intrahepatic", person.viral_status == "HBV"]
                plain += [np.log(person.liver.afp_ng_ml), np.log(person.liver.ca19_9_u_ml)]
                rows.append([course.responder, burden, person.pdl1, person.tls_score, *genes, *plain])
    table = np.array(rows, dtype=float)
    answer = table[:, 0] == 1
    yes, no = table[answer, 1:], table[~answer, 1:]
    z = (yes.mean(0) - no.mean(0)) / np.sqrt(yes.var(0) / len(yes) + no.var(0) / len(no))
    assert (z[:4] > 4).all()
    assert (np.abs(z[4:]) < 3).all()


def test_a_patient_keeps_reads_and_variants_when_others_join():
    few, many = (trial.plan(patients=n, seed=2) for n in (20, 40))
    assert few.inherited == many.inherited[:20]
    assert few.genome.contigs == many.genome.contigs


def test_seeds_differ():
    one, other = (trial.plan(patients=8, seed=n) for n in (1, 2))
    assert one.genome.contigs != other.genome.contigs and one.courses != other.courses


def test_subtypes_differ_in_their_genes_as_the_table_says():
    """Over 800 patients: carriers among those with variants enough lie within 4 standard errors of the share."""
    found = [person for seed in range(4) for person in people.people(np.random.default_rng(seed), 200)]
    for gene in NAMED:
        for subtype in SUBTYPES:
            # Who has few variants in all has fewer mutated genes.
            carriers = [gene.name in p.mutated for p in found if p.subtype == subtype and p.planted >= 5]
            share = gene.share(subtype)
            error = np.sqrt(share * (1 - share) / len(carriers))
            assert abs(np.mean(carriers) - share) < 4 * error + 0.03, (gene.name, subtype)
    shares = {subtype: np.mean([p.subtype == subtype for p in found]) for subtype in SUBTYPES}
    assert shares == pytest.approx(SUBTYPES, abs=0.06)


def test_a_mutated_gene_does_not_go_with_a_larger_burden():
    found = [person for seed in range(10) for person in people.people(np.random.default_rng(seed), 200)]
    for gene in (DRIVER, BYSTANDER):
        logs = {hit: [np.log2(p.planted + 1) for p in found if (gene in p.mutated) == hit] for hit in (True, False)}
        error = np.sqrt(sum(np.var(values) / len(values) for values in logs.values()))
        assert abs(np.mean(logs[True]) - np.mean(logs[False])) < 3 * error


def test_laboratory_values_have_the_units_of_their_columns(large):
    values = {name: [getattr(p.liver, name) for p in large.people] for name in people.Liver._fields}
    assert 35 < np.median(values["albumin_g_l"]) < 44 and max(values["albumin_g_l"]) < 55
    assert 8 < np.median(values["bilirubin_umol_l"]) < 20 and 0.95 < np.median(values["inr"]) < 1.2
    assert set(values["ascites"]) <= {"none", "mild", "moderate"}
    is_hcc = np.array([p.subtype == "HCC" for p in large.people])
    afp, ca19_9 = np.array(values["afp_ng_ml"]), np.array(values["ca19_9_u_ml"])
    assert np.median(afp[is_hcc]) > 5 * np.median(afp[~is_hcc])
    assert np.median(ca19_9[~is_hcc]) > 2 * np.median(ca19_9[is_hcc])


def test_adverse_events_are_as_frequent_as_they_were_drawn(large):
    rows = events.rows(np.random.default_rng(1), large.people, large.courses)
    treated = {p.patient for p, c in zip(large.people, large.courses, strict=True) if c.start is not None}
    assert {row[0] for row in rows} <= treated
    assert len({(row[0], row[1]) for row in rows}) == len(rows), "one event a patient and term"
    for term, _, share, patients, severe in events.truth(rows):
        error = np.sqrt(share * (1 - share) / len(treated))
        assert abs(patients / len(treated) - share) < 4 * error and 0 <= severe <= patients, term
