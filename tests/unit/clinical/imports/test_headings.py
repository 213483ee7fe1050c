"""Headings as hospitals and programs for trials write them, in four languages, and those that mean none of our columns."""
# ruff: noqa: E501 (headings of one column stand on one line)

from __future__ import annotations

import pytest

from biomarkers.clinical.imports import headings

MEANT = {
    "adverse_events.grade": "CTCAE-Grad|Schweregrad|Grade CTCAE",
    "adverse_events.onset": "Beginn der Nebenwirkung|AE Start Date",
    "adverse_events.term": "Unerwünschtes Ereignis",
    "assessments.date": "Datum der Bildgebung|Befunddatum|Date d'évaluation|Fecha de evaluación|Date of tumour assessment|RSDAT|Datum CT/MRT|Datum der Untersuchung|Staging-Datum|Date du scanner|Fecha del TAC|Date of imaging|CT-Datum|Date de l'imagerie|Fecha de la TC",
    "assessments.response": "Beurteilung (RECIST 1.1)|Gesamtansprechen|Réponse globale|Respuesta|Overall response per RECIST 1.1|Ansprechen nach RECIST 1.1|RECIST 1.1 Beurteilung|Respuesta global|Overall tumor response|Tumoransprechen (RECIST)|Réponse (RECIST 1.1)|Respuesta según RECIST 1.1|OVRLRESP",
    "lesions.diameter_mm": "Größe (mm)|Längster Durchmesser (mm)|Durchmesser in mm|Longest diameter (mm)|Durchmesser [mm]",
    "lesions.lesion": "Läsion Nr.|Läsionsnummer",
    "patients.best_response": "Bestes Ansprechen (RECIST)|Meilleure réponse|Mejor respuesta|Best overall response (RECIST v1.1)|Meilleure réponse RECIST|Mejor respuesta RECIST|Best Response nach RECIST 1.1",
    "patients.death_date": "Todesdatum|Verstorben am|Date de décès|Date du décès|Fecha de fallecimiento|Expired_Date|Date of death (dd-mm-yyyy)|Sterbedatum|Fecha de defunción|Fecha de muerte|Tod (Datum)|Décès (date)|Fecha de éxitus|death_dt",
    "patients.last_alive_date": "Zuletzt lebend gesehen am|Datum des letzten Kontakts|Date des dernières nouvelles|Fecha de último contacto|Last_Date_Known_Alive|Last_Followup_Date|Letztes Follow-up|Letzte Vorstellung|Date de dernier contact|Date dernier suivi|Fecha último seguimiento|Date last known to be alive|Letzte Nachsorge am|Datum letzter Kontakt|Date de la dernière consultation|Fecha de la última visita|dt_last_contact",
    "patients.last_dose": "Datum letzte Gabe|Date de fin de traitement|Fecha de última dosis|Therapieende|Date dernière dose|Fecha fin de tratamiento|Datum der letzten Infusion|Date de la dernière injection|Date of last study drug administration",
    "patients.new_therapy_date": "Neue Therapie ab|Beginn der Folgetherapie|Folgetherapie ab|Nouvelle ligne de traitement (date)|Date of subsequent anti-cancer therapy|Datum der neuen Therapie",
    "patients.os_months": "Délai de survie globale (mois)",
    "patients.patient": "Patienten-Nr.|Pat.-Nr.|N° patient|Numéro patient|Identificador del paciente|Participant Id|Study Subject ID|SubjectID|Identifiant patient|Código de paciente|Record Id|Subject Number|Castor Participant ID|Pat. ID|Patient (Nr.)|Nº de paciente|Unique subject identifier|Subject",
    "patients.pfs_months": "Survie sans progression (mois)",
    "patients.treatment_start": "Datum der ersten Gabe|Date de début de traitement|Date de première administration|Fecha de inicio del tratamiento|Date of first study treatment|Start der Therapie|Erstgabe am|Date début traitement|Fecha inicio tratamiento|Treatment start date (first dose)|Therapiestart (Datum)|Datum C1D1|Date du traitement (début)|Fecha de la primera dosis|trt_start_dt",
}
OTHERS = (
    "Geburtsdatum|Datum der Erstdiagnose|Date de naissance|Date du diagnostic|Fecha de nacimiento|Fecha de diagnóstico|Datum der Einwilligung|Date of informed consent|"
    "Date of progression|Datum Progress|ECOG|Geschlecht|Größe (cm)|Gewicht (kg)|Körpergröße|Taille|"
    "Poids|Talla|Tumorgröße bei Erstdiagnose|Beurteilung Pathologie|Grading|Grad der Differenzierung|Therapielinie|Vortherapien|"
    "Neue Läsion|Anzahl Läsionen|Réponse histologique|Respuesta patológica|pCR|Zentrum|Visit Date Created|Date de chirurgie|"
    "InstanceName|RecordDate|MinCreated|Event Start Date|Survey Completed On|Best Response Date|Off_Study_Date|Followup_Start_Date|"
    "Metabolic response (PERCIST)|Response iRECIST|Beurteilung iRECIST|Date de progression|Fecha de progresión|Date de consentement|Fecha de cirugía|OP-Datum|"
    "Datum der Biopsie Primarius|Tumorstadium|Estadio|Stade|Sexo|Edad|Alter bei Diagnose|Respuesta completa patológica|"
    "Datum der letzten Chemotherapie vor Studie|Date of last prior therapy|Prior therapy end date|Datum des Rezidivs|Datenbank-ID|Site ID|Institute Abbreviation|Projektnummer|"
    "Grad der Verwandtschaft|Durchmesser Primärtumor bei Operation|Time of death certificate|Date of last menstruation|Start date of prior therapy|Surgery date|Alter|Geburtsjahr|"
    "Histologie|Datum Erstdiagnose|Datum der Metastasierung|Datum Studieneinschluss|Randomisierungsdatum|Letzte Therapielinie|Beste Therapie|Ansprechen auf Vortherapie|"
    "Beurteilung Radiologie Freitext|Date d'inclusion|Date de biopsie|Grade histologique|Grado de diferenciación|Fecha de consentimiento|Fecha de recidiva|Localización del tumor primario|"
    "Respuesta a tratamiento previo|Tumor size at diagnosis (mm)|Serum creatinine|Status PD-L1|Completion status|Visit|Response to prior therapy|Consent date|"
)


@pytest.mark.parametrize(("target", "heading"), [(t, one) for t, listed in MEANT.items() for one in listed.split("|")])
def test_a_heading_means_a_column_and_no_other_of_its_sheet(target: str, heading: str) -> None:
    sheet = target.split(".")[0]
    assert [f"{one.sheet}.{one.target}" for one in headings.meanings(heading) if one.sheet == sheet] == [target]


def test_a_unit_in_front_is_one_of_the_time_to_something() -> None:
    assert headings.without_unit("days_to_death") == ("to death", "days")
    assert headings.without_unit("Month of diagnosis") == ("Month of diagnosis", None)


@pytest.mark.parametrize("heading", [*filter(None, OTHERS.split("|")), "1", "RECIST 1.1 1"])
def test_a_heading_of_something_else_means_nothing(heading: str) -> None:
    assert headings.meanings(heading) == []
