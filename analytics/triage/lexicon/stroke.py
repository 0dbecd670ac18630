"""A stroke as people see it: face, limbs, speech, sight, a muddled mind."""

from collections.abc import Mapping
from typing import Final

STROKE: Final[Mapping[str, str]] = {
    # stroke
    "STROKE": (
        "stroke strokes mini_stroke avc tia accident_vasculaire attaque_cerebrale "
        "congestion_cerebrale brain_bleed brain_attack aneurysm anevrisme rupture_d_anevrisme "
        "hemorragie_cerebrale brain_haemorrhage brain_hemorrhage hemipleg* hemipar* "
        "thrombose_cerebrale"
    ),
    "DROOP": (
        "droop* drop* sag* sagg* crooked lopsided lop_sided uneven twisted twist* paraly* numb "
        "numbness tomb* tordu* travers affaiss* deform* pend* engourdi* devie* asymetr* "
        "asymmetr* slack slid slides hanging hangs fallen paralis* melt* skew* askew wonky "
        "pulled pulling dropp* one_sided tire* tiree decroch* immobile descend* bancal* lopsid* "
        "sloping relach* to_one_side to_the_side sur_le_cote distort* slanted bend*"
    ),
    "NUMB": (
        "numb numbness numbed paraly* paralis* limp engourdi* insensible* dead_arm tingl* "
        "fourmill* lifeless hanging hangs pend* paralyz* paresthes* lost_feeling no_feeling "
        "picot*"
    ),
    "WEAK": (
        "weak* clumsy floppy faible* faiblesse mou molle pend* useless heavy lourd* gave_way "
        "giving_way lache* dropp* weakness drag* traine* gone_out gives_way give_way gave_out "
        "giving_out jelly lost_power powerless faibl* coton flasque sans_force plomb lead "
        "collaps* no_strength no_power no_grip drops dropping"
    ),
    "LIFT": (
        "lift* rais* move* moving mov* hold* lever leve soulever bouger bouge tenir sentir "
        "carry serrer grip plier work* works working respond* obey* obei* function* fonctionn* "
        "marche marchent grip* grasp* control* commander controler utiliser remonte* moves "
        "moved attraper saisir squeeze squeez* reponds repond bougent straighten wiggle"
    ),
    "FEEL": (
        "sens sent sentir bouge bouger leve lever tient sentait obeit repond bougent fonctionne "
        "marche reagit controle commande"
    ),
    "TALK": (
        "talk* speak* spoke* speech word words parl* mots parole* sentence* phrase* voice "
        "talking articul* diction elocution parler"
    ),
    "SLUR": (
        "slur* garbl* bafouill* bredouill* jumbl* baragouin* mumbl* gibberish charabia "
        "mixing_up_his mixing_up_her mixing_up_words mixes_up_words mixing_his mixing_her "
        "wrong_words trouve_plus_ses_mots trouve_plus_mes_mots cherche_ses_mots "
        "cherche_mes_mots find_words find_my_words find_the_words find_her_words find_his_words "
        "words_out words_mixed slurr* slurd garbled babbl* scrambl* aphas* dysarth* word_salad "
        "pateuse pateux empate* trouve_plus_les_mots trouver_ses_mots trouver_mes_mots "
        "trouver_les_mots perd_ses_mots perds_mes_mots mange_ses_mots find_any_words "
        "finding_words finding_his_words finding_her_words finding_my_words words_come_out "
        "words_coming_out words_are_coming speech_has_gone speech_is_gone speech_gone "
        "lost_speech lost_her_speech lost_his_speech lost_my_speech lost_his_words "
        "lost_the_power perdu_la_parole perdu_l_usage plus_articuler tongue_tied "
        "tongue_is_heavy tongue_feels_heavy langue_lourde charabi* baratin marmonn* "
        "mixing_words mixes_words mots_qui_sortent mots_sortent get_her_words get_his_words "
        "get_my_words words_jumbled cherche_les_mots"
    ),
    "NONSENSE": (
        "nonsense funny gibberish weird* strange* bizarre* n_importe_quoi travers incoher* "
        "wrong confus* slow jumbl* unclear drunk mal difficile difficult* rubbish anyhow "
        "scrambled backwards strangely oddly odd drole bizarrement drunken ivre soul bourre "
        "baby_talk twisted heavy lourde no_sense confusement muddled lent lentement etrange* "
        "melange* embrouill*"
    ),
    "PROPERLY": (
        "properly clearly well normally right correctement normalement bien clairement rite "
        "suddenly anymore any_more at_all comme_il_faut straight soudain* du_tout clear "
        "since_this depuis"
    ),
    "SPEAK": "talk* speak* parler parle parles parlent word words mots",
    "CONFUSED": (
        "confus* disorient* desorient* delir* rambl* incoher* nonsense n_importe_quoi "
        "not_know_where think_straight think_clearly reflechir same_thing same_question "
        "ou_il_est ou_elle_est where_he_is where_she_is egare* unresponsive mixed_up muddled "
        "hallucinat* talking_rubbish makes_no_sense making_no_sense perdu_ses_esprits "
        "not_make_sense divag* know_her_name know_his_name know_my_name know_who know_what_day "
        "not_recogni* reconnait_plus out_of_it dans_les_vapes desoriente* not_know_us "
        "talking_nonsense talking_anyhow anyhow seeing_things delire* divagu* makes_any_sense "
        "making_sense making_any_sense parle_seul perd_la_tete perdu_la_tete who_i_am "
        "quel_jour_on not_himself not_herself think_clear zoned foggy hagard* embrouill* "
        "melange* not_know_me mind_is_gone talking_gibberish not_with_it vaseu* loopy "
        "propos_incoher* des_propos not_know_his not_know_her not_recognis* not_recogniz*"
    ),
    "VISION": "vision sight vue eyesight",
    "LOST": (
        "lost loss losing lose perdu* perte perd perds blind gone went vanish* disparu* "
        "disappeared eteint* baiss* curtain rideau voile"
    ),
    "SEE": "see vois voit voir",
    "WALK": (
        "walk* stand* balance marcher marche tenir_debout equilibre debout balanc* upright "
        "straight walked walks stagger* titub* wobbl*"
    ),
    "HALF": (
        "half moitie one_side un_cote one_half demi left_side right_side cote_gauche cote_droit "
        "a_side"
    ),
    "STRENGTH": "strength power force forces grip sensation sensibilite",
    "SPEECH": "speech parole",
    "DROP_THINGS": (
        "keeps_dropping kept_dropping keep_dropping dropping_things lache_tout "
        "laisse_tout_tomber drops_everything dropping_everything"
    ),
    "ARM_SIDE": "left right gauche droite droit",
}
"""Concept -> words."""
