"""Everyday words that begin as a sign of illness does, and mean something else."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNLIKE: Final = _words(
    """
    achetais achetait achetant achete achetee achetees achetent acheter achetera acheterai
    acheterait achetes acheteur achetez achetons bangles benders bombard bombarde
    bombardement bombardier budget budgetaires budgets bulgarian bumper cachemire calmar
    catcher catchy caveman cavern caverne cavernes chuckle chuckles chuckling clamoring
    closely closeness closer closest closet closets closure clothes clothing cognac
    cognitive couleur couleurs cracker crackers crackpot demission demissionne demissionner
    diploma diplomacy diplomat diplomate diplomatic diplome diplomee diplomes divergence
    divers diverse diverses diversion diversite diversity dragon dragons dreamer drugstore
    elevator eleve eleven eleventh eleves eleveurs endeavor endgame fallait falloir fallu
    fallut feedback fermement ferment fermented fermette fille filles fillet fillette
    fillettes filleul fixer flashback flashlight flour flourish flourished gaspillage
    gaspille gaspiller gobelet gobelets grippe grippes habitant habitants habitat habite
    habitent habiter habites habitude habitudes habituel habituelle habituer hacked hacker
    hackers hangar hanger hangers hangover harmless harmonic harmonica harmonie harmonious
    harmony heaven heavenly heavens ideal ideale idealiste ideally ideals inal kickoff ligne
    lignes medic medical medicale medicalement medicales medically movie movies nurse
    nursery nurses paint paintball painted painter painters painting paintings paints
    parlement parlementaire passage passager passagere passagers passages passageway
    passenger passengers passeport passion pelerin pelerinage pendant pendentif penderie
    pending pillage pillar pillars piller pillow pillows planche plancher planches plane
    planer planes planet planetaire planete planetes planets pourboire pourboires
    pourcentage pourquoi pourra pourrai pourraient pourrais pourrait pourras pourrez
    pourriez pourrions pourrons pourront poursuite poursuivre pourtant pourvu prestige
    pretend pretended pretending pretends pretexte rage ragout raisin raisins raison
    raisonnable raisonne raisonnement raisonner raisons reacteur reactor refusal remplacant
    remplace remplacee remplacement remplacent remplacer remplacera roulette roulettes saga
    sage sagement sages sagesse saturation saturations saturday saturdays seller sellers
    several severance shakespeare singer singers slippers sniffles sonnerie sonnette speaker
    speakers spite spiteful split spokesman stabilise stabiliser stabilite stability
    stabilize standard standardized standards standby stopover strapless stringer sweater
    sweaters sweatshirt tankers tasteful tendance tentacles tombeau tournage tournament
    tournoi trait traitais traitait traitant traite traitee traitees traitement traitements
    traitent traiter tremplin urgence urgences versement versements versets veryday walker
    weirdo word workforce workload workplace workshop
    """
)
"""No beginning of a word stands for one of them; one that is a sign is listed whole."""
