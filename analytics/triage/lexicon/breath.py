"""Breath that is short, or fails."""

from collections.abc import Mapping
from typing import Final

BREATH: Final[Mapping[str, str]] = {
    # breath
    "BREATHE": ("breathe breathes breathing respire respirer respires respir inhale respirr*"),
    "A_BREATH": "breath breaths",
    "BREATHING": "breathing respiration respire respirer",
    "HARD": (
        "hard harder difficult* tough laboured labored heavy strange weird fast rapid* rapide* "
        "vite noisy trouble shallow fort mal bizarre* lourde saccade* quick quickly funny "
        "rattl* grunt* harsh agonal difficilement peniblement ronfl* irregulier* irregular* "
        "uneven stopping bruyant* super_vite hyper_vite"
    ),
    "STRUGGLE": (
        "struggl* fight* gasp* hard harder hardly barely difficult* trouble mal peine pain "
        "lutte* cherche manque manqu* bataill* starving gasping suck* crying difficile* fight "
        "begging desperate* fighting lutter peinant finishing"
    ),
    "AIR": "air breath souffle oxygen oxygene oxygen_in",
    "GET": (
        "get* catch* enough reprendre trouver avoir assez recuperer take taking draw inhale "
        "find trouve draw* suck* pull* aspirer prendre remplir fill attraper rentre entre "
        "entrer going_in coming_in rattraper"
    ),
    "BREATHLESS": (
        "breathless* short_of_breath shortness_of_breath out_of_breath essouffl* dyspn* panting "
        "winded puffed a_bout_de_souffle short_breath short_in_breath air_hunger "
        "fighting_for_air asthma_attack out_of_puff short_of_wind short_on_breath no_breath "
        "breath_is_cutting breath_is_seizing breath_seizing breath_is_short breath_short "
        "breathing_difficult* difficulty_in_breathing difficulty_breathing "
        "difficulte*_a_respirer difficultes_respiratoires difficulte_respiratoire "
        "detresse_respiratoire respiratory_distress souffle_coupe souffle_court "
        "souffle_se_coupe souffle_qui_coupe a_court_de_souffle gene_respiratoire crise_d_asthme "
        "can_barely_talk"
    ),
    "CHOKE": (
        "chok* suffoc* suffoq* etouff* asphyx* strangl* suffucat* sufocat* smother* drowning_in "
        "drowning_on"
    ),
    "BLUE": (
        "blue bluish grey gray bleu* cyanos* purple violet* violac* grisatre* bluey blueish "
        "ashen mauve mauves blues cyanot* livid*"
    ),
    "ASTHMA": "asthma asthme asthmat*",
    "ATTACK": "attack* crise crises",
    "INHALER": (
        "inhaler* puffer pump ventolin* inhalateur* nebul* salbutamol bronchodilat* reliever "
        "blue_pump pompe bouffee* bouffees spray aerosol* nebuli* inalateur inhalers"
    ),
    "HELP": (
        "help* work* aide* fait marche* effect effet rien nothing soulag* reliev* touch* agit "
        "calm* doing does better any_difference change*"
    ),
    "WHEEZE": "wheez* siffl* weez* wheezy ralant rale rales whistl* stridor",
    "RIBS": "ribs rib cotes nostril* narines belly collarbone* chest_wall between_the_ribs",
    "SUCK": (
        "suck* creus* tirage flar* pulling retract* sucks drawing drawn pulled pull* enfonce* "
        "dip* cave* caving tug* heav*"
    ),
    "GASP": "gasping gasps to_gasp i_gasp gaspin halet* haletant* panting_hard suffoqu*",
    "FINISH": "finish* complet* finir terminer say dire faire get* put talk make aligner sortir",
    "SENTENCE": "sentence* phrase phrases words mots",
    "ONLY_FEW": "only few couple deux trois two three between entre one every chaque",
    "FLAT": "flat allong* a_plat lie lying laying coucher couche",
    "SATS": (
        "sats sat saturation spo2 sao2 spo sp oximeter oxymetre oximetre oxygen oxygene o2 satur"
    ),
    "ONLY_AIR": "air oxygen oxygene",
}
"""Concept -> words."""
