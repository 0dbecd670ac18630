"""Seizures, the head, the belly, pregnancy and sugar."""

from collections.abc import Mapping
from typing import Final

ILLNESS: Final[Mapping[str, str]] = {
    # seizure
    "SEIZURE": (
        "seizur* siezur* seizing convuls* convulz* convult* epileptic_fit* epilepsie "
        "status_epilepticus crise_comitiale convulse* convultion* crise_d_epilepsi* "
        "crises_d_epilepsi* tonic_clonic crise_tonico*"
    ),
    "FIT": (
        "having_a_fit have_a_fit has_a_fit had_a_fit having_fits has_fits a_fit_and in_a_fit "
        "is_fitting keeps_fitting started_fitting having_another_fit fit_after_fit another_fit "
        "fitting_again still_fitting fits_again taking_a_fit took_a_fit keeps_having_fits "
        "two_fits three_fits several_fits a_febrile_fit crise_d_epil* fit_for_minutes "
        "began_fitting begun_fitting he_fitting she_fitting"
    ),
    "JERK": (
        "jerk* twitch* secou* spasm* convuls* thrash* secouss* saccad* convulse* soubresaut* "
        "flail* tressaut* jolt*"
    ),
    "SHAKE": (
        "shak* jerk* twitch* trembl* tremor* secou* stiff* raid* rigid* spasm* twisting "
        "rigid_and spasms soubresaut* crisp* tressaut* contract* convuls* tetan* saccad* raidi* "
        "rigide* secouss*"
    ),
    "ROLLED": (
        "roll* revuls* turned_up upward* tourn* roul* back blanc* white fixe* staring stare* "
        "vitreu* blank glazed upwards en_l_air retourn* vides vide revers* tourne* deviat* up"
    ),
    "FOAM": "foam* froth* ecume* mousse bave mousses moussent",
    # head and neck
    "HEADACHE": (
        "headache* migrain* mal_de_tete maux_de_tete mal_a_la_tete cephale* head_pain headpain "
        "head_hurts mal_au_crane tete_fait_mal head_ache* headach* mal_de_crane mal_tete "
        "tete_va_exploser tete_qui_explose tete_explose head_is_exploding head_exploding "
        "head_is_killing head_is_pounding head_is_splitting head_is_bursting head_pounding "
        "head_banging head_is_banging head_paining head_is_paining headace* hedache headake* "
        "head_splitting mal_ala_tete migren* douleur_a_la_tete douleur_dans_la_tete "
        "pain_in_my_head pain_in_his_head pain_in_her_head pain_in_the_head pain_in_head "
        "head_will_burst tete_me_fait_mal"
    ),
    "WORST": (
        "worst thunderclap explod* explos* pire tonnerre never_had unbear* insupport* sudden* "
        "soudain* brutal* brusque* subit* out_of_nowhere d_un_coup like_being_hit hammer "
        "tout_a_coup coup_de_marteau splitting_open within_a_minute within_seconds of_my_life "
        "de_ma_vie of_her_life of_his_life de_sa_vie never_felt jamais_eu jamais_ressenti "
        "jamais_connu eclair lightning massue marteau hache axe hit_by hit_with hit_me poignard "
        "like_a_bat baseball brick gunshot like_someone_hit in_seconds in_a_second from_nowhere "
        "en_quelques_secondes en_une_seconde sans_prevenir foudroy* eclat* burst* split_open "
        "cracked_open exploding unlike_any unlike_anything atroc* explose pop popped snap "
        "snapped came_on_fast hits_me d_un_seul_coup aussi_fort aussi_violent* violent* "
        "insoutenabl* out_of_the_blue excruciat* will_burst going_to_explode va_eclater"
    ),
    "STIFF": (
        "stiff* raid* rigid* bend* plier plie flechir flex* pencher baisser chin bloque* locked "
        "lock tourner turn touch* bouge* move* wood bois coince* frozen figee nod tilt fold "
        "incline*"
    ),
    "FEVER": (
        "fever* feaver temperature* fievre* febrile degree* degres hot burning_up brulant* 40c "
        "39c hyperthermi* febril* feverish fevers temp temps_of body_is_hot body_hot hot_body "
        "very_hot so_hot boiling_hot burning_hot corps_chaud corps_brulant brulante brulants "
        "boiling_up roasting high_temp pyrex* 40_de 39_de febrille running_hot 104 103 102 105 "
        "hot_like_fire body_is_very_hot il_brule elle_brule brule_de_fievre"
    ),
    "LIGHT": (
        "light lumiere photophob* lights bright brightness lampe lumieres clarte luminosite sun "
        "daylight soleil"
    ),
    "RASH": (
        "rash* spot spots tache* bouton* purpur* blotch* petechi* bruis* plaque* eruption* "
        "pinprick* dots dot purple_blotch* tachettes hematome* plaques macul* patches"
    ),
    "NOT_FADE": (
        "fade* fading glass verre effac* blanch* disappear_when disparaissent fad* press* push "
        "pushing appuie* appuy* tumbler"
    ),
    "PURPLE": (
        "purple violet* violac* dark purpur* petechi* bruise_like red_spots taches_rouges "
        "pourpre* violette* violets bleu* noir* black purpl* violaces mauve mauves rouge_fonce "
        "dark_red bleus bruise* reddish_purple deep_red"
    ),
    # belly
    "RIGID": (
        "hard_as rigid* dur_comme board bois dur wood beton stone pierre like_wood contractur*"
    ),
    "DOUBLED": (
        "doubled plie_en_deux pliee_en_deux curled cannot_stand cannot_walk not_stand "
        "cannot_move stand_straight stand_up screaming hurle* hurler tordre roule_par_terre "
        "tenir_debout moving_makes writh* recroquevill* bent_over bent_double bent_in_half "
        "curled_up rolling_on rolling_around rolling_about roule* tord tords tordu* pliant "
        "en_boule foetal fetal clutching clutch* cannot_straighten stand_upright scream* hurl* "
        "cannot_sit tiens_plus_debout tient_plus_debout peux_plus_marcher peut_plus_marcher "
        "cannot_even_stand pliee"
    ),
    # pregnancy
    "PREGNANT": (
        "pregnan* enceint* ensceint* gestation grossesse trimest* weeks_gone mois_de_grossesse "
        "expecting in_week fetus foetus in_labour in_labor en_travail pregn* pregant preggers "
        "preggo prego anceinte gravid* grossess* encinte trimester conceived with_child "
        "twins_at belly_of amenorrhee in_my_third in_my_second in_my_first en_cloque "
        "attends_un_bebe attend_un_bebe attendons_un weeks_along months_along months_gone "
        "wks_gone due_date full_term ectopic* extra_uterine geu preeclamps* pre_eclamps* "
        "placenta* miscarr* fausse_couche weeks_pg"
    ),
    "WATERS": (
        "waters_broke water_broke waters_broken water_broken waters_have_broken perdu_les_eaux "
        "perte_des_eaux perdu_mes_eaux poche_des_eaux perds_les_eaux waters_have_gone "
        "waters_went waters_just_broke water_just_broke waters_are_leaking leaking_waters "
        "leaking_fluid leaking_water waters_leaking rompu_la_poche poche_rompue poche_a_rompu "
        "poche_a_craque poche_a_perce perd_les_eaux perdre_les_eaux perte_de_liquide "
        "perdu_les_zo waters_gone water_has_broken water_has_broke waters_has_broken "
        "waters_breaking water_breaking waters_breaked liquide_amniotique amniotic_fluid "
        "water_is_coming_out water_coming_out"
    ),
    "WEEKS": "week weeks semaine semaines months mois month sa wk wks sem semaine_s sg mths",
    "CORD": "cord cordon",
    "COMING_OUT": (
        "out sort sorti coming prolaps* visible depass* hanging pend* slipped sorts sorte "
        "sortir hang outside dehors popped"
    ),
    "BLURRED": (
        "flash* blurr* blurry mouches flou* trouble stars etoiles spots_before brouill* double "
        "points_lumineux swollen swelling gonfl* enfl* seeing_spots seeing_stars "
        "vois_des_etoiles see_spots points_noirs black_spots taches_noires double_vision "
        "vois_double voit_double sparkl* zigzag* lights_in visual visuel* floaters "
        "mouches_volantes eclairs papillons vision vue swell* puff* oedem* scintill* brouillard "
        "hazy fuzzy cannot_see"
    ),
    "MOVE": (
        "mov* kick* bouge* felt feel sens sent moov* movement* mouvement* coup_de_pied wriggl* "
        "flutter* respond* remue*"
    ),
    # sugar
    "HYPO": (
        "hypo hypos hypoglyc* hypoglic* low_sugar low_blood_sugar sucre_bas hypoglucem* ypo "
        "hypogly* hypoglucos* low_glucose low_sugars glycemie_basse hipo sugar_low sugar_is_low "
        "sugar_is_too_low sugar_crash says_lo reads_lo reading_lo shows_lo showing_lo "
        "affiche_lo says_low reads_low sucre_a_chute sucre_trop_bas sucre_tres_bas"
    ),
    "SUGAR": (
        "sugar* suger glucose glyc* glic* sucre dextro* glucomet* bg bgl bm cgm dexcom libre "
        "freestyle meter lecteur capteur glycemi* blood_glucose bs finger_prick sugars dextr* "
        "capillaire glyc sensor"
    ),
    "LOW": (
        "low lower* bas basse drop* chut* crash* lo dropping tank* plummet* dive* dips plonge* "
        "descend* tombe* tombee crashing effondr* straight_down arrow_down falling two_arrows "
        "fleche"
    ),
    "HYPO_SIGN": (
        "confus* shak* trembl* sweat* sueur* faint* nonsense n_importe_quoi drows* unconsc* "
        "inconscien* think_straight reflechir malaise slur* aggressi* agress* pass* seizur* "
        "convuls* wobbly disorient* desorient* transpir* flou somnol* unrespons* think_clearly "
        "dizzy seeing_double voit_double vois_double drunk ivre jelly coton zoned jitter* "
        "shiver* cold_sweat palpit* blurr* blurry incoher* rubbish gibberish vertige* etourdi* "
        "tete_qui_tourne tremb* grelott* cannot_stand tient_plus not_making_sense collaps* "
        "evanoui* endormi* endort floppy limp weak faible* faiblesse combative clammy "
        "light_headed lightheaded tingl* confused mixed_up fuzzy foggy spaced out_of_it woozy "
        "anyhow des_propos propos_incoher* not_making_sense fighting fights drunk_man mord "
        "insult*"
    ),
    "INSULIN": "insulin* lantus novorapid humalog insuline levemir tresiba mixtard actrapid",
    "NO_FOOD": (
        "without_eat* not_eat* not_ate sans_manger pas_mange skipped no_food without_food "
        "no_meal without_a_meal without_meal sans_repas pas_mange_apres skipped_lunch "
        "skipped_dinner skipped_breakfast missed_lunch missed_dinner missed_meal rien_mange "
        "n_a_rien_mange ai_rien_mange empty_stomach a_jeun not_had_food forgot_to_eat "
        "oublie_de_manger not_had_lunch saute_le_repas saute_un_repas not_had_dinner "
        "refusing_food no_lunch no_time_for_lunch no_breakfast no_dinner without_lunch"
    ),
    # seizure
    "TONGUE": "tongue langue tounge",
    "BITE": "bit biting bite bites mord mordu mordue mordait morsure",
    "STIFFEN": "stiff* raid* rigid* locked tense* tendu*",
    # head and neck
    "FONTANELLE": "fontanel* soft_spot bulging_spot",
    "BULGE": "bulg* bomb* gonfl* swollen tendu* saill*",
    # belly
    "ROLLING": (
        "doubled plie_en_deux pliee_en_deux writh* recroquevill* bent_double rolling_on "
        "rolling_around rolling_about roule* se_tord me_tords tordre scream* hurl* foetal fetal "
        "roulant curled"
    ),
    "LOWER_RIGHT": (
        "lower_right right_lower bas_a_droite cote_droit_du fosse_iliaque right_side_of "
        "right_side bottom_right"
    ),
    "GREEN": "green vert verte bile feces faeces fecal* fecaloide*",
    "APPENDIX": "appendicit* peritonit* occlusion perforation perforated_ulcer burst_appendix",
    # pregnancy
    "SPOTTING": "spotting spots cramp* stabbing one_side shoulder_tip shoulder contraction* pain",
    "BIRTH": (
        "delivered gave_birth given_birth giving_birth accouch* post_partum postpartum "
        "had_a_baby had_the_baby had_my_baby put_to_bed after_delivery after_birth since_birth "
        "childbirth c_section caesarean cesarienne cesarean"
    ),
    "CONTRACTION": "contraction* contracting labour labor travail pushing pousser",
    "EARLY": "early premature* trop_tot avant_terme too_soon not_due preterm pre_term",
    "CROWN": "head_is_coming head_is_out tete_sort see_the_head",
}
"""Concept -> words."""
