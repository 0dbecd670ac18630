"""What an assistant may not say, by rule: a diagnosis, or which medicine in which dose.

Nor that no doctor is needed, that something is booked (only a yes books), or a link to elsewhere.

Each sentence is looked at by itself. What refers to a doctor ("ask your doctor before you change a
dose") and what only repeats a record ("your profile lists asthma") may stand.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from analytics.triage.red_flags import folded

Kind = Literal["diagnosis", "dose", "reassurance", "booking", "link"]

_DISEASES: Final = (
    r"hypertens\w+|diabet\w+|asthm\w+|pneumon\w+|covid\w*|influenza|grippe|bronchit\w+|angin\w+"
    r"|infarct\w*|heart (attack|failure|disease)|insuffisance (cardiaque|renale)|stroke|avc"
    r"|cancer|tumou?r|leuk[ae]mi\w+|an[ae]?emi\w+|migraine|epileps\w+|depression|malaria|paludisme"
    r"|tubercul\w+|sepsis|infection|appendicit\w+|arrhythmi\w*|arythmi\w*|atrial fibrillation"
    r"|fibrillation|thyroid\w*|hepatit\w+|meningit\w+|embol\w+|thrombos\w+|copd|bpco|sleep apn\w+"
    r"|apnee|kidney (failure|disease)|gout|goutte|arthrit\w+|ulc\w+|gastrit\w+|dementia|demence"
    r"|alzheimer\w*|parkinson\w*|hypoxi\w+|brady\w+|tachy\w+|hypotens\w+|hypoglyc\w+|hyperglyc\w+"
    r"|\w{4,}(itis|osis|emia|oma|opathy)"
)
_FORM: Final = r"(a |an |the |some |un |une |des |du |de la |de l'|d'|l')?(\w+ ){0,2}"
_DIAGNOSES: Final = re.compile(
    rf"\byou (really |clearly |probably |likely |may |might |could )?(have|suffer from|are having"
    rf"|are suffering from|ve got|developed|show signs of) {_FORM}({_DISEASES})"
    rf"|\byou're (having|suffering from) {_FORM}({_DISEASES})"
    rf"|\byou've (got |developed )?{_FORM}({_DISEASES})"
    rf"|\byou are (a |an )?(diabetic|asthmatic|hypertensive|an[ae]emic|epileptic|depressed)"
    rf"|\b(this|it|that) (is|sounds like|looks like|must be|means|indicates|suggests|points to)"
    rf" (certainly |clearly |probably |likely )?{_FORM}({_DISEASES})"
    rf"|\b(indicates?|suggests?|confirms?|consistent with|signs? of) {_FORM}({_DISEASES})"
    r"|\b(my|your|the) diagnosis( is|:)|\bi (can )?diagnose|\bdiagnosed you"
    rf"|\bvous (avez|souffrez|faites|presentez|developpez)( probablement| surement| sans doute)?"
    rf" (de |d'|peut etre )?{_FORM}({_DISEASES})"
    r"|\bvous etes (diabetique|asthmatique|hypertendu\w*|anemique|epileptique|depressi\w+)"
    rf"|\b(c'est|il s'agit)( probablement| surement| certainement)? (d'|de )?{_FORM}({_DISEASES})"
    rf"|\b(evoque|indique|confirme|suggere|compatible avec|signes? d[e']) ?{_FORM}({_DISEASES})"
    r"|\b(mon|votre|le) diagnostic( est| :|:)|\bje (vous )?diagnostique"
)
_MEDICINE: Final = (
    r"dos(e|es|age|ages|ing)|tablets?|pills?|capsules?|injections?|insulin\w*|medic\w+|drugs?"
    r"|antibiot\w+|treatment|prescription|paracetamol|acetaminophen|ibuprof\w+|aspirin\w*|metform\w+"
    r"|amlodip\w+|lisinop\w+|ramip\w+|statin\w*|\w+statine?|\w+pril|\w+sartan|\w+olol|warfar\w+"
    r"|steroids?|cortisone|inhaler|puffs?|posologie|comprimes?|gelules?|piqures?|traitement"
    r"|bouffees?|ventoline|salbutamol|ordonnance|supplements?|potassium|herbal \w+"
)
_AMOUNT: Final = (
    r"\d[\d.,]*|one|two|three|four|half|un|une|deux|trois|quatre|demi\w*|double|another"
)
_CHANGE: Final = (
    r"(increase|decrease|raise|lower|reduce|double|halve|change|adjust|skip|stop|start|switch|resume"
    r"|cut|add|up|drop|augmente[rz]?|diminue[rz]?|reduise[rz]?|reduire|double[rz]?|change[rz]?"
    r"|ajuste[rz]?|saute[rz]?|arrete[rz]?|commence[rz]?|cesse[rz]?|reprene[rz]?|reprendre"
    r"|ajoute[rz]?)"
)
_TAKE: Final = (
    r"(take|use|inject|swallow|have|try|give yourself|prene[rz]|prendre|utilise[rz]?|injecte[rz]?"
    r"|avale[rz]?|essaye[rz]?)"
)
_LEAD: Final = (
    r"(^|[,;:] |\b(and|then|or|please|just|simply|to|must|should|can|could|may|would|might|need to"
    r"|have to|recommend|suggest|advise|et|puis|ou|devez|devriez|pouvez|faut|conseille( de)?"
    r"|recommande( de)?|veuillez) )"
)
_DOSES: Final = re.compile(
    rf"{_LEAD}{_TAKE} ([\w'-]+ ){{0,3}}({_AMOUNT})( [\w.'-]+){{0,3}}"
    rf" ?(mg|g|ml|mcg|units?|unites?|{_MEDICINE})\b"
    rf"|{_LEAD}{_TAKE} ([\w'-]+ ){{0,3}}({_MEDICINE})\b"
    rf"|\b{_CHANGE}(ing)? ([\w'-]+ ){{0,4}}({_MEDICINE})\b"
    rf"|\b(stopping|doubling|skipping|reducing|halving|increasing|lowering) ([\w'-]+ ){{0,4}}"
    rf"({_MEDICINE})\b"
    rf"|\b(no longer|don't|do not) need (to take )?([\w'-]+ ){{0,3}}({_MEDICINE})\b"
    r"|\b(n'avez plus|pas) besoin (de|d')( prendre)? ?([\w'-]+ ){0,3}"
    rf"({_MEDICINE})\b"
)
_REFERRED: Final = re.compile(
    r"\b(do not|don't|never|not|avoid|ne) (\w+ )?(or \w+ )?(take|use|change|stop|skip|increase"
    r"|decrease|reduce|double|adjust|start|changez|changer|arretez|modifiez|prenez|doublez"
    r"|sautez)\b"
    r"|\b(ask|asking|talk to|talk with|speak (to|with)|consult|check with"
    r"|discuss (it |this |that )?with|without (first )?(asking|talking)|questions? (to|for)"
    r"|let|only) ([\w'-]+ ){0,5}"
    r"(doctor|pharmacist|nurse|clinician|care team|gp|provider|prescriber)"
    r"|\b(demandez|parlez|consultez|voyez|sans (l'avis|avis|demander)|avec|seul) ([\w'-]+ ){0,5}"
    r"(medecin|pharmacien|infirmi\w+|soignant\w*|equipe)"
    r"|\bne (changez|modifiez|arretez|prenez|doublez|sautez)"
    r"|\b(as|comme) (it was |il a ete )?(prescribed|prescrit)|\bas your doctor\b"
)
_ILLNESS: Final = rf"({_DISEASES}|flu|covid|illness|disease)"
_SUSPECTED: Final = re.compile(
    rf"\b(this|it|that) (could|may|might) (well |also )?be {_FORM}{_ILLNESS}"
    rf"|\b(typical|symptoms?|a sign|signs) (of|for) {_FORM}{_ILLNESS}"
    rf"|\b(ce|cela|ca) (pourrait|peut|doit) etre {_FORM}{_ILLNESS}"
    rf"|\b(typiques?|symptomes?) (de|d'|du) ?{_FORM}{_ILLNESS}"
)
_REASSURED: Final = re.compile(
    r"\bno (need|reason) to (see|call|visit|consult|worry)|\b(do not|don't|needn't|never) "
    r"(need to |have to )?(see|call|visit|consult|go to) (\w+ ){0,3}(doctor|gp|hospital|emergency"
    r"|ambulance|clinic|112|911|999)|\byou are (perfectly |completely |totally )?healthy"
    r"|\b(inutile|pas (besoin|necessaire)) (de |d')(voir|appeler|consulter)"
    r"|\bn'appelez pas|\bvous etes (parfaitement )?en (bonne|parfaite) sante"
)
_BOOKED: Final = re.compile(
    r"\bi('ve| have)? (just )?(booked|scheduled|reserved|cancelled|confirmed) "
    r"|\b(appointment|visit) (is|has been|was) (now )?(booked|scheduled|confirmed|cancelled)"
    r"|\bj'ai (reserve|annule|confirme|pris)\b|\brendez vous (est|a ete) (reserve|confirme|annule)"
)
_LINK: Final = re.compile(r"https?://|\bwww\.|!?\[[^\]]*\]\(|\bpassword\b|\bmot de passe\b")
_OTHERS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("reassurance", _REASSURED),
    ("booking", _BOOKED),
    ("link", _LINK),
)
_ON_RECORD: Final = re.compile(
    r"\byour (profile|record|list)\b|\bvotre (profil|dossier|liste)\b|\byou (told|wrote|said)\b"
    r"|\bvous (avez dit|avez ecrit)\b"
    r"|\bnot (a |the )?diagnos\w+|\bcannot (\w+ )?diagnos\w+|\bpas (poser )?(de |un )?diagnosti\w+"
    r"|\bonly a (doctor|clinician)|\bseul un medecin|\bcan(no|')t say (whether|if)"
    r"|\bne peux pas dire si"
)
_SENTENCE: Final = re.compile(r"[^.!?\n]+(?:[.!?](?=\d)[^.!?\n]*)*[.!?]*[ \t]*|[.!?]+[ \t]*|\n+")


@dataclass(frozen=True, slots=True)
class Breach:
    """A sentence that may not stand."""

    kind: Kind
    sentence: str


def sentences(text: str) -> list[str]:
    r"""A text cut behind its sentences, nothing lost; a point inside a number cuts nothing.

    >>> sentences("It is 36.6 now. Good!\nRest")
    ['It is 36.6 now. ', 'Good!', '\n', 'Rest']
    """
    return _SENTENCE.findall(text)


def breaches(text: str) -> list[Breach]:
    """Sentences that may not stand, each with what is wrong with it.

    >>> [one.kind for one in breaches("You have diabetes. Double your dose. Ask your doctor.")]
    ['diagnosis', 'dose']
    >>> breaches("Do not change your dose without asking your doctor.")
    []
    """
    found = []
    for sentence in sentences(text):
        seen = folded(sentence).strip(" \"'*-")
        diagnosed = _DIAGNOSES.search(seen) or _SUSPECTED.search(seen)
        if diagnosed and not _ON_RECORD.search(seen):
            found.append(Breach("diagnosis", sentence))
        elif _DOSES.search(seen) and not _REFERRED.search(seen):
            found.append(Breach("dose", sentence))
        found += [Breach(kind, sentence) for kind, said in _OTHERS if said.search(seen)]
    return found
