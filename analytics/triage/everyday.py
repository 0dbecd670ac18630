"""Words that are never repaired, that may be joined to others, and short forms of messages."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON: Final = _words(
    """
    nobody anybody everybody somebody everyone someone tante neveu cousin cousine oncle voisin
    voisine collegue frere grandad granny uncle nephew niece
    currency floss choosing chose chosen chooses
    able acide acides acidite action admis again agree aide aider aides alarm alarms all alone
    along amis ampleur angry anything arm arms army around attendre attendu attention aunt autre
    autres baigne baigner bain bains ball band barn bassin bateau bath bathing baths batter
    battery battle beach beaches bead beard beast beat beau beautiful beaux because become becomes
    behind bell belle belles belly bench bend bending bent besoin best bete better beurre biere
    bill bills bind bins bite bites bitten bitter bleach bleed blind blood blur blurs blush boast
    boisson boissons bold bombe bone bones boots born both bother bottle bouche bouge bouger bound
    bouteille brain branch brand bras brave breach bread break breakfast breast breath breathe
    breathing breaths breed brick bride bridge bright bring bringing brise broad broke brother
    bruise bruit brule bruler brulure brush bump bumps bureau burn burns bus bush busy but butter
    cable cache cacher cachet cachets cadeau call calling calls came camp card cards care careful
    cares carry case cases cash catch cattle cause causes ceinture celery celle celles cendre cent
    center centre cereal cerise chain chair chaleur chambre champ change changer chants charge
    charm chase cheat check checks cheek cheer cheerful cheese chemise cherche chercher chess
    cheville chevilles chevre chew chicken chin china choice choices choose clean clear clearly
    clinique close closed cloth clothes clothing cloths coast coeur coins cold collapse colleague
    collect collection college color colour combe comes coming confuse confused connaissance
    connaitre connect connection conscious consent consult contact contain contained content
    contente contents context continue contract contrast contre control controls convaincu
    convenir convient coral correct cost cote cotes couche coucher couches cough coughs could
    couleur couleurs count country county courir course cousin couvrir cover covers crache cracher
    cramp cramps crash cream crest crise crises crop cruise crush crying cuit cuivre curry cut
    cuts cutting damp danger dans dash data date dated dead deal dealt dear deck decrease decree
    deed degree demain denial dent dental dents depression descendre dessin died dies diet diets
    digne dinner direction disease dish distance docteur doctor doigt doigts dommage done dormi
    dormir double douce douceur douche douches douleur douleurs doux drain drama dream dress drip
    droit droite droits drop drops drying duet dump dye dying each ear early earn earned ears ease
    east easy eau eaux egg eggs eight elder elle elles enceinte ending enfance enfant enfants
    enfin enfle enfler enough ensemble entendre entendu enter entre entrer essaie essaye essayer
    essoufflement ete etes etrange etre even evening event ever every everything except excuse
    execute exercise exercises expert expression eye eyes face faces fact facteur factor faint
    fainted faints fair fall falling falls famille familles farm farmer fast fasting fat fate
    father feast feed feeding feeds feeling feelings fell fellow felt ferme fermer fermes fete
    feuille feuilles fever fievre fight fill fille filles filling find fine finish fish fitting
    flesh fleur fleurs flight flood floor flour flower flush flying fois fold follow food foot
    force forced forcer forces form forme former formes forms fort forte fortes found fraise
    framboise free fremir fresh fridge frise froid froide from fromage fruit fruits frying gagne
    gagner gain gallery game games garde garden garder gate gateau gens getting giant giants gift
    gold golden gone gonfle gonfler good gorge gorges grain grange grant gras grate grave gravy
    great green greet grip grise grises ground group grow grown guerre guest hair hand hands hang
    hangs hard harder hardly harm hate hated heal health healthy hear heard hearing hearts hearty
    heat heats heaven heavy height held hello help heure heures hidden hitting hold holds honey
    horse horses host house houses huit humeur hung hunger hungry hunt hurry hurt hurts hut ill
    image images impression impressions income increase indeed infant infants infection infections
    inject injection injuries injury inner inspection instance instant ivre jambe jambes joint
    joints juice juicy jump jumps kettle kill kind king kitchen kite kitten know known knows label
    lager lamp land langue langues large larges late later latter launch lavage leach leak lean
    learn learned lease least leave leaven leaves lecture lectures left leg legs lemon lent lesson
    let letter letting lettre lettres leur leurs leve level lever levier levre levres libre lift
    lifts light ligne lignes limit limits line lines little live liver lives living livre livres
    livreur loft loin long longue longues loose lose loses lost love loves lower lueur lump lunch
    lung lungs lying made magasin maid main mains maitre make makes making malade malades maladie
    maladies malin mange manger many march marche marcher marches marin marry massage match
    material matin matins matter measure measures medal medecin medecine melon membre membres
    menage mental mention message messages mesure mesures metal mettre might mind mine mission
    mitten modal model moins mois money montagne montant month months montre montrer mood moral
    mordu morning mort morte morts most moteur mother motion moulin mourir mouth much musique
    naissance name names nation natter nature near nearby nearly neck necks need needed needs
    nerve nest never next night nine niveau nombre nombril none north nothing notice notion notre
    nourrir nouveau nouvelle nouvelles novembre nuage nuit nuits nurse nurses nut nuts office
    offrir old older ombre omit one option oral orange order oreille oreilles other ouvrir over
    overdone overdue override overtime overweight paid pain pains paint painted pair pants part
    partage parts party pas passage passion past paste path patience patient patients patine
    patrol pause paying peach peaches peak peau peaux peigne peinture pendant pendre pendu pension
    perdre perdu permis person perte pertes petrol peur phase phone phones phrase physique pierre
    pill pills pique place plain plan plane plans plant planted plants plate playing please
    pleasure plu pluie plus poids point pointed points poire poires pois poison poisson poissons
    poitrine poivre police policy porcine porte portes portion position potion pottery power
    praise pratique pregnancy pregnant prendre press presse pression pressure price pride prime
    print printer prise prises prison prize profession protection pub public puis pulling pump
    pumps purse push put puts quatre quelle quelles quest quick quiet quit quite quits race raide
    rain raise raisin ranger rapide rapides rash rate rated rates ration reach reaches real really
    reason receipt receive recent recipe recipes recognise recognize recognizes recover reflection
    regarde regarder release remis rendre rendu rent rentrer rest rested restore result results
    retard retire return ridge right ring rings risque river roast rolled rolling ronfle ronfler
    rouge rouges rough round rush safe safer saigne saint salad salade salary sale sales same sand
    sane sang sans sauna save saved saying scale scales scar scare scars scary scent season seau
    section seed seek seize seizing self sell selle selles semble semblent sembler sending sens
    sent septembre serial serie serre serrer serve session setting settle seven sever several
    shade shake shakes shape share sharp sheet shelf shell shift ship shirt shoes shoots shop
    shops shore short shorts should shoulder show shower shows shut sick sight signe signes
    singing sings site sited sitting size sized sizing skate skill skills sleep sleeping sleeps
    slight slow slowly slur slurs small smell smoke snack snacks snake snow soeur sofa soft soigne
    soigner soin soins solide something song sorry sorte sortes sorti sortie sortir souffle
    souffler souffrir soufre sound source sourire south space spare speak speech speeches speed
    spell spend spent spicy spine spoon sport sports spot spring stable stack staff stain stair
    stairs stamp stand standing stands star stars start starts state stated station status staying
    steak steep stick sticks stiff still sting stings stoke stone stones store storm story streak
    street stress stretch strict strike string stroked strokes stroking stroll strong struck stuck
    stuff stuffy stung style such sudden suet sueur suis suit suite suivre surprise swallow swamp
    swear sweater sweep sweet sweets swell swift swim swing swollen symptome table tables tache
    tacher taches take taken takes taking talk talking talks tall tard taste tasty teach teacher
    tear tears tease technique teeth tell tempe temple temps tendre tendu tension tent terme
    termes terre terres test tested tests tete text thank thanks there these thing things think
    thinner those though thought three through throw tight timide tired title toast toit toits
    token told tomate tombe tombent tomber tombes tone tongue tongues tonne tooth touch touche
    toucher tough tower trace traces track train traite traitement traiter traits trash treasure
    treat treated treatment treats tree trees tremble trembler trembles tremper trial trick tried
    trip trois trompe trouble trousers truck trust truth trying tumeur turn turned turns unable
    unique unit units use used useful user uses vaccin valeur vapeur veau vendre vendu vent ventre
    verite verre verres vers version vert verte village vine visage visages vision visit visiting
    visits vivre voice voices voisin voiture vomi vomir vomis vomit votre voyage wafer wait waiter
    waiting walk walking walks wall want wanting wants warm wash waste wasted watch watches water
    wave waves weak weaker wealth weed week weekend weeks weight weights well went were where
    while white will wind wine wing winner winter wish wishes wood word words work worker working
    works world worry would write writing written wrong year years yeast yellow young
    """
)
"""Words near those of the rules that stand as they are."""

JOINING: Final = _words(
    """
    a ai all am an and are at au aux be been c cannot ce d dans de des did do does down du elle en
    est et for get had has have he her him his i il in is it j je l la le left les m ma me mes moi
    mon my n ne no not of on or pas plus que qui right s se she so suis sur te the they to tu u un
    une up want was we with
    """
)
"""Small words that are written without a space before or after another."""

SHORT_FORMS: Final[dict[str, str]] = dict(
    line.strip().split(" = ")
    for line in """
    cant = cannot
    cnt = cannot
    cnat = cannot
    canot = cannot
    cannt = cannot
    carnt = cannot
    ca'nt = cannot
    can't = cannot
    couldnt = could not
    couldn't = could not
    won't = will not
    wont = will not
    dont = do not
    dnt = do not
    doesnt = does not
    didnt = did not
    isnt = is not
    arent = are not
    wasnt = was not
    hasnt = has not
    havent = have not
    wouldnt = would not
    aint = is not
    im = i am
    ive = i have
    hes = he is
    shes = she is
    theyre = they are
    wanna = want to
    gonna = going to
    gotta = got to
    n = and
    u = you
    ur = your
    r = are
    rn = right now
    rly = really
    pls = please
    plz = please
    abt = about
    w = with
    tho = though
    b4 = before
    2day = today
    2nite = tonight
    tonite = tonight
    sumthing = something
    smth = something
    preg = pregnant
    prego = pregnant
    wks = weeks
    weaks = weeks
    mum = mother
    mom = mother
    mam = mother
    hart = heart
    hed = head
    nek = neck
    kil = kill
    liv = live
    tuk = took
    payn = pain
    stoped = stopped
    blod = blood
    hert = hurt
    brething = breathing
    myslef = myself
    nite = night
    sicne = since
    goin = going
    thinkin = thinking
    breathin = breathing
    bleedin = bleeding
    dyin = dying
    chokin = choking
    hurtin = hurting
    fittin = having a fit
    overdoes = overdose
    od = overdose
    oded = overdosed
    suger = sugar
    aujourd'hui = aujourdhui
    quelqu'un = quelquun
    g = j ai
    jai = j ai
    jfe = je fais
    jarrive = j arrive
    narrive = n arrive
    jpeux = je peux
    jveux = je veux
    jve = je veux
    jvais = je vais
    jvai = je vais
    jsuis = je suis
    chui = je suis
    jetouffe = j etouffe
    jsens = je sens
    jcrois = je crois
    croi = crois
    pa = pas
    pu = plus
    envi = envie
    ke = que
    koi = quoi
    ki = qui
    ds = dans
    tt = tout
    bcp = beaucoup
    mat1 = matin
    tro = trop
    pri = pris
    sarrete = s arrete
    cest = c est
    jme = je me
    jmen = je m en
    qd = quand
    tjs = toujours
    confu = confus
    raid = raide
    depilepsi = d epilepsie
    lacide = l acide
    loeil = l oeil
    daller = d aller
    movd = moved
    hubby = husband
    wifey = wife
    auntie = aunt
    wud = would
    shud = should
    cud = could
    hv = have
    bleding = bleeding
    weekness = weakness
    tounge = tongue
    temp = temperature
    cudnt = could not
    shoudnt = should not
    dosent = does not
    dosnt = does not
    havnt = have not
    hasnot = has not
    mn = mon
    mtn = maintenant
    ala = a la
    """.strip().splitlines()
)
"""How people write in short messages, and short words written wrongly -> the words in full."""

PHRASES: Final[dict[str, str]] = {
    "can not": "cannot",
    "no fit": "cannot",
    "no dey": "not",
    "no gree": "not",
    "no de": "not",
    "don faint": "has fainted",
    "don collapse": "has collapsed",
    "don die": "is not breathing",
    "dey": "is",
}
"""Several words of one meaning, and of West African Pidgin -> the words that the rules know."""
