"""Blood, medicines and poisons."""

from collections.abc import Mapping
from typing import Final

HARM: Final[Mapping[str, str]] = {
    # blood
    "BLEED": (
        "dey_rush_like_tap blood_dey rush_like_tap torn_leg bleed* bled saign* hemorr* haemorr* "
        "blood sang saingn* nosebleed* haemorrhag* hemorrhag* saigner saignement* pisse_le_sang "
        "bloodied ensanglant* bleeds nose_bleed epistaxis gushing_out pissing_blood rectorrag* "
        "blding claret bouillons running_tap coule_rouge pisse squirting"
    ),
    "BLOOD": "blood sang bloody sanglant* claret",
    "LOTS": (
        "heavi* heavy heavily lot lots beaucoup enorm* enormement everywhere partout gush* "
        "spurt* spray* pour* profus* massive* sever* uncontroll* soak* abond* fill* rempl* much "
        "amount* squirt* pumping litre* gicle* jet pool flood* badly constant* plenty tons "
        "bucket* buckets pours stream* drench* flaque* a_flots puddle* coule* couler jaill* "
        "heaps so_much too_much a_fond trop tout_plein litres pints pulsing pumps trempe* imbib* "
        "baign* bain mare mares quantite* hemorragi* covered couvert* torrent* nonstop non_stop "
        "every_hour"
    ),
    "THROW_UP": (
        "vomi* throw* threw cough* spit* spat crach* touss* toux puk* regurgit* rendu "
        "bringing_up vommi* degueul* gerb* coughed hack* barf* vomis vomir regurgite* crache* "
        "spew* chuck* wretch* retch* expector* bring_up brought_up"
    ),
    "BLACK": "black noir noire noires tar tarry goudron goudronn* melaena melena like_tar",
    "STOOL": (
        "stool* selle* poop poo caca feces faeces motion* stools poos pooing shit* poopoo toilet "
        "toilette* crotte* merde bowel selles diarrh*"
    ),
    "CLOT": "clot clots caillot*",
    "STABBED": (
        "stabbed gunshot gun_shot been_shot was_shot got_shot shot_in poignarde* coup_de_couteau "
        "coups_de_couteau balle_dans blesse_par_balle amputat* amput* severed cut_off_his "
        "cut_off_my chopped_off sliced_off torn_off lost_a_finger arrache_le_doigt "
        "arrache_un_doigt doigt_arrache doigt_sectionne main_arrachee sectionn* impaled empale* "
        "machete machette balle_perdue shot_him shot_her shot_me stab_wound plaie_par_balle "
        "plaie_par_arme knifed cutlass"
    ),
    "CUT": (
        "cut cuts coupe* coupure* entaille* gash wound plaie slash* sliced lacerat* balafr* "
        "ouverte open_wound chainsaw scie machete wounded blesse* stabb* razor blade coupant "
        "leg_wound artery artere cutlass coupe_coupe vitre window machine"
    ),
    "DEEP": (
        "deep* profond* to_the_bone jusqu_a_l_os spurt* gape* gaping bone os nerve tendon "
        "ouvert* jusqu_au"
    ),
    # poison
    "OVERDOSE": "overdos* surdos* overdoes surdosage* overdoz* over_dos* surdoz*",
    "TOOK": (
        "took take taken taking swallow* ate eat eaten drank drunk avale* pris prend prendre bu "
        "boit gobe* mange* ingest* ingere* chew* inject* gave downed popped gulped gulp* had "
        "consum* prit absorb* downing ingurgit* engloutit englouti* avaler avales snort* sniff* "
        "shot_up popping gobbl* consom* lick* leche* munch* eating drinking boire manger prends "
        "prenait prendrais drinks swallowing sucked suce* croque* enfile* chugg* necked gobbled "
        "sniffed smoked kept_taking tout_pris"
    ),
    "TOO_MANY": (
        "too_many too_much way_too trop double triple twice ten_times dix_fois whole_pack* "
        "whole_bottle whole_box whole_strip toute_une_boite toute_la_boite boite_entiere entire "
        "handful poignee plaquette_entiere bottle_of box_of pack_of packet_of boite_de deux_fois "
        "five_times cinq_fois dozens loads_of a_lot_of fistful plein_de un_tas_de lots_of twenty "
        "thirty forty fifty vingt trente quarante cinquante whole_lot deux_boites two_packs "
        "full_bottle double_dose whole_week* whole_month* weeks_worth week_s_worth months_worth "
        "month_s_worth days_worth at_once in_one_go d_un_coup d_un_trait en_une_fois "
        "en_une_seule_fois toute_une_plaquette toute_la_plaquette toute_ma_plaquette "
        "toute_ma_boite toutes_mes_boites toute_sa_boite une_boite_entiere whole_sachet "
        "whole_card whole_blister whole_tube more_than_i more_than_he more_than_she "
        "plus_que_prevu a_load_of load_of a_bunch_of a_ton_of several_packs deux_plaquettes "
        "trois_boites three_packs entire_bottle entire_pack entire_box whole_pot tub_of jar_of "
        "tube_de flacon_de bouteille_entiere full_pack full_box full_strip quadruple "
        "massive_dose huge_dose enorme_dose par_poignees handfuls by_the_handful entiere entier"
    ),
    "PILLS": (
        "pill* tablet* tabs capsule* paracetamol doliprane aspirin* ibuprofen* medicin* medic* "
        "medecine* cachet* comprime* somnifere* insulin* dose doses drug* meds antidepress* "
        "codeine morphine panadol tylenol gelule* painkill* xanax valium benzo* opioid* medocs "
        "lexomil amitriptylin* warfarin digoxin beta_block* vitamin* iron acetaminophen advil "
        "nurofen efferalgan dafalgan tramadol tramol diazepam zopiclone zolpidem stilnox lexotan "
        "temesta oxycodone oxycontin fentanyl lithium metformin* digoxin* propranolol sertraline "
        "prozac quinine chloroquine antihistamin* benadryl neurontin pregabalin* lyrica rohypnol "
        "sirop syrup sleepers sleeping_tablets clonazepam rivotril alprazolam lorazepam "
        "bisoprolol amlodipin* amlodipine tapentadol methadone subutex seresta lysanxia "
        "dolipran* calpol anticoagulant* ritalin* adderall melatonin* antidouleur* calmant* "
        "somnifer* antipsychotic* statin* laxative* laxatif* beta_bloquant* betabloquant* "
        "comprimes patch patches antimalarial* coartem xans cocodamol co_codamol pilulier "
        "iron_tablets heart_pills ibuprofene box_for pill_box pillbox dosette metoprolol "
        "atenolol ramipril gabapentin quetiapine citalopram fluoxetine amitrip tray"
    ),
    "ALL_OF": "all toute tous toutes all_of whole entire",
    "POISON": (
        "destop domestos canard_wc antikal cif ajax saint_marc st_marc weed_killer weed_kiler "
        "produit_a_vaisselle lave_glace liquide_de_refroidissement coolant brake_fluid bleach* "
        "bleech javel javelle pesticid* kerosen* kerosin* petrol gasoline essence petrole "
        "antifreeze detergent* cleaner cleaning_product* soude acid acide rat_poison poison* "
        "pile battery batteries weedkiller insectic* desherb* turpentine white_spirit "
        "paint_thinner mort_aux_rats lessive deboucheur drano lye caustic magnet* aimant* "
        "raticide chlorine toxic* mushroom* champignon* perfume sanitizer lamp_oil paint "
        "fertili* engrais vaisselle berries baies alcool_a_bruler dissolvant antigel herbicid* "
        "nicotine dishwasher lave_vaisselle tide_pod* washing_pod* paraffin dettol izal sniper "
        "otapiapia otapiapa gramoxone paraquat ddvp unblocker disinfectant* desinfectant* harpic "
        "nettoyant* detartrant* decapant* insecticid* naphtalin* mothball* camphor* camphre "
        "rat_killer rat_bait lighter_fluid methanol methylated hand_gel hand_sanitis* "
        "hand_sanitiz* gel_hydroalcool* nail_polish* e_liquid vape_liquid vape_juice button_cell "
        "oleander laurier_rose peroxide eau_oxygenee ammoni* ammonia produit_menager "
        "produit_d_entretien produit_wc produit_chimique produits_menagers produit_toxique "
        "savon_liquide liquid_soap fabric_softener assouplissant* diesel gasoil gazole mazout "
        "cyanid* cyanure arsenic slug_pellets hemlock toadstool* amanite* foxglove datura "
        "chemical* chimique* jik toilet_cleaner roach_killer ant_bait anti_fourmi* "
        "white_vinegar_concentrate boric drain_cleaner canalisations oven_cleaner laundry_pod* "
        "laundry_capsule* laundry_tablet* washing_powder nail_varnish poudre_a_lessiver "
        "white_spirits ddt powder poudre fertiliser organophos* roundup glyphosate "
        "produit_pour_les_rats herbicide dichlorvos"
    ),
    "POISONED": (
        "poisoned poisoning empoisonn* intoxiqu* carbon_monoxide monoxyde_de_carbone monoxyde "
        "co_alarm co_detector gas_leak inhaled_fumes breathed_fumes toxic_fumes odeur_de_gaz "
        "smell_of_gas intoxication_au co_poisoning"
    ),
    "SNAKE": (
        "snake* serpent* scorpion* viper* cobra* mamba serpants crotale* adder* rattlesnake* "
        "couleuvre* black_widow veuve_noire vipere*"
    ),
    "BITTEN": (
        "bit bite* bitten biten mordu* morsure* pique* stung sting* mordre morsur* piqur* struck"
    ),
    # blood
    "SOAK": "soak* drench* tremp* imbib* travers* through fill* rempli* satur* sature*",
    "TOWEL": (
        "towel* cloth* bandage* dressing* serviette* pansement* compresse* shirt tshirt sheets "
        "tissue* rag* drap draps gauze torchon* chiffon"
    ),
    "PUMPING": "pumping spurt* squirt* gush* gicl* jaill* pisse pouring arterial",
    "PADS": "pad pads maternity",
    "GROUNDS": "coffee coffee_ground* marc_de_cafe cafe",
    # poison
    "SEDATIVE": (
        "xanax valium benzo* diazepam zopiclone zolpidem stilnox opioid* oxycodone oxycontin "
        "tramadol codeine morphine methadone temesta lexomil lorazepam alprazolam somnifere* "
        "sleeping_pill* sleeping_tablet* fentanyl heroin heroine cocaine cocain ghb ketamine "
        "meth ecstasy mdma molly rohypnol pregabalin* tramol antidepress* rivotril clonazepam "
        "subutex"
    ),
    "STREET": (
        "fentanyl heroin heroine cocaine cocain ghb ketamine meth ecstasy mdma molly lsd "
        "acid_tab tramol smack"
    ),
    "ALCOHOL": (
        "vodka whisky whiskey rum gin alcohol alcool beer beers biere bieres wine vin booze rhum "
        "drunk drink drinks liqueur ogogoro akpeteshie sodabi sachet_gin schnapps"
    ),
    "TOOK_PAST": (
        "took taken swallowed drank drunk pris bu avale had did mixed melange injected sniffed "
        "snorted shot smoked fume consomme"
    ),
    "DRUG_SIGN": (
        "drows* sleepy slow slowly asleep breath* respire* respiration blue bleu* unrespons* "
        "limp floppy vomi* wake reveill* somnol* endormi* shak* confus* hot heart coeur passed "
        "collaps* foam* pupil* pupille* mal bizarre weird sick faint dizzy"
    ),
    "GOT_INTO": (
        "got_into gotten_into found_my found_her found_his got_hold got_at got_my attrape "
        "fouille licked playing_with jouait been_at"
    ),
}
"""Concept -> words."""
