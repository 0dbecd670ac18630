"""Words that are never repaired, that may be joined to others, and short forms of messages."""

from importlib.resources import files
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON: Final = frozenset(
    (files("analytics.triage") / "everyday_words.txt").read_text(encoding="ascii").split()
)
"""The most frequent words of both languages, folded: they stand as they are."""

JOINING: Final = _words(
    """
    a ai all am an and are at au aux be been c cannot ce d dans de des did do does down du elle en
    est et for get had has have he her him his i il in is it j je l la le left les m ma me mes moi
    mon my n ne no not of on or pas plus que qui right s se she so suis sur te the they to tu u un
    une up want was we with
    """
)
"""Small words that are written without a space before or after another."""

_WRITTEN: Final = """
cant = cannot; cnt = cannot; cnat = cannot; canot = cannot; cannt = cannot; carnt = cannot;
ca'nt = cannot; can't = cannot; couldnt = could not; couldn't = could not; won't = will not;
wont = will not; dont = do not; dnt = do not; doesnt = does not; didnt = did not; isnt = is not;
arent = are not; wasnt = was not; hasnt = has not; havent = have not; wouldnt = would not;
aint = is not; im = i am; ive = i have; hes = he is; shes = she is; theyre = they are;
wanna = want to; gonna = going to; gotta = got to; n = and; u = you; ur = your; r = are;
rn = right now; rly = really; pls = please; plz = please; abt = about; w = with; tho = though;
b4 = before; 2day = today; 2nite = tonight; tonite = tonight; sumthing = something;
smth = something; preg = pregnant; prego = pregnant; wks = weeks; weaks = weeks; mum = mother;
mom = mother; mam = mother; hart = heart; hed = head; nek = neck; kil = kill; liv = live;
tuk = took; payn = pain; stoped = stopped; blod = blood; hert = hurt; brething = breathing;
myslef = myself; nite = night; sicne = since; goin = going; thinkin = thinking;
breathin = breathing; bleedin = bleeding; dyin = dying; chokin = choking; hurtin = hurting;
fittin = having a fit; overdoes = overdose; od = overdose; oded = overdosed; suger = sugar;
aujourd'hui = aujourdhui; quelqu'un = quelquun; g = j ai; jai = j ai; jfe = je fais;
jarrive = j arrive; narrive = n arrive; jpeux = je peux; jveux = je veux; jve = je veux;
jvais = je vais; jvai = je vais; jsuis = je suis; chui = je suis; jetouffe = j etouffe;
jsens = je sens; jcrois = je crois; croi = crois; pa = pas; pu = plus; envi = envie; ke = que;
koi = quoi; ki = qui; ds = dans; tt = tout; bcp = beaucoup; mat1 = matin; tro = trop; pri = pris;
sarrete = s arrete; cest = c est; jme = je me; jmen = je m en; qd = quand; tjs = toujours;
confu = confus; raid = raide; depilepsi = d epilepsie; lacide = l acide; loeil = l oeil;
daller = d aller; movd = moved; hubby = husband; wifey = wife; auntie = aunt; wud = would;
shud = should; cud = could; hv = have; bleding = bleeding; weekness = weakness; tounge = tongue;
temp = temperature; cudnt = could not; shoudnt = should not; dosent = does not; dosnt = does not;
havnt = have not; hasnot = has not; mn = mon; mtn = maintenant; ala = a la; bby = baby;
babi = baby; babe = baby; mnths = months; mnth = month; mths = months; yr = year; yrs = years;
hr = hour; hrs = hours; min = minutes; mins = minutes; wnt = want; jst = just; juss = just;
nevr = never; neva = never; agen = again; agian = again; slep = sleep; nobdy = nobody;
noone = nobody; rite = right; suden = sudden; sudn = sudden; swolen = swollen;
sweling = swelling; flopy = floppy; hurtz = hurts; hurs = hurts; brest = breast; chst = chest;
tite = tight; tyt = tight; tigt = tight; mouf = mouth; teh = the; dat = that; wiv = with;
wit = with; wid = with; cos = because; cuz = because; coz = because; bcos = because;
bcoz = because; bc = because; idk = i do not know; ngl = really; tbh = really; omg = help;
lmk = tell me; dunno = do not know; ppl = people; sum1 = somebody; some1 = somebody;
evry = every; evrything = everything; everythin = everything; nuthin = nothing; nuffin = nothing;
nothin = nothing; somethin = something; tht = that; wat = what; wot = what; wen = when;
wher = where; hav = have; havin = having; givin = giving; cumin = coming; comin = coming;
bak = back; brth = breath; breth = breath; breeth = breathe; brethe = breathe; breaf = breath;
breev = breathe; brefe = breathe; brthing = breathing; stomac = stomach; stumach = stomach;
stomak = stomach; belley = belly; vomitin = vomiting; vomting = vomiting; pukin = puking;
spewin = vomiting; spewing = vomiting; spew = vomit; chunder = vomit; chundering = vomiting;
thro = throw; trowing = throwing; throing = throwing; bleedn = bleeding; blud = blood;
blad = bladder; lft = left; rght = right; arem = arm; fce = face; lipz = lips; toung = tongue;
tung = tongue; thraot = throat; throte = throat; trote = throat; neckk = neck; eys = eyes;
iz = is; wz = was; hedache = headache; hedake = headache; headake = headache;
temprature = temperature; fevr = fever; feva = fever; fevar = fever; babys = baby;
momma = mother; mama = mother; mammy = mother; diing = dying; dieing = dying; gna = going to;
gunna = going to; finna = going to; tryna = trying to; tabs = tablets; tabz = tablets;
tablits = tablets; tblts = tablets; pilz = pills; pils = pills; pakc = pack; drnk = drank;
swalowd = swallowed; swalow = swallow; swollowed = swallowed; swollow = swallow;
swallo = swallow; stuk = stuck; chocking = choking; chok = choke; purpel = purple; blu = blue;
blooo = blue; shakin = shaking; shakn = shaking; swetting = sweating; sweting = sweating;
swetin = sweating; swet = sweat; thnk = think; straght = straight; insuln = insulin;
inslin = insulin; insuline = insulin; unconcious = unconscious; wakin = waking;
rispond = respond; respondin = responding; mussel = muscle; nd = and; kudnt = could not;
culdnt = could not; duznt = does not; doesent = does not; donot = do not; dntt = do not;
defo = really; kno = know; knw = know; feelin = feeling; feelz = feels; flt = felt; lyk = like;
lik = like; liek = like; prob = probably; probs = probably; gettin = getting; geting = getting;
takin = taking; teticle = testicle; testical = testicle; testicals = testicles;
testicel = testicle; bals = balls; ballz = balls; dizy = dizzy; dizzi = dizzy; num = numb;
numm = numb; weeke = weak; speach = speech; talkn = talking; seezure = seizure;
siezure = seizure; sezure = seizure; stroak = stroke; stroe = stroke; strok = stroke;
burnd = burned; bernt = burnt; skold = scald; kettel = kettle; botle = bottle; bottel = bottle;
hlep = help; halp = help; helpp = help; pleez = please; plss = please; plzz = please;
cuttin = cutting; kut = cut; rist = wrist; rists = wrists; overdos = overdose; sumone = somebody;
someon = somebody; sez = says; strate = straight; hevy = heavy; presure = pressure;
jveu = je veux; jveut = je veux; jv = je vais; jpeu = je peux; jpe = je peux; jen = j en;
jsui = je suis; jss = je suis; chu = je suis; chuis = je suis; shui = je suis; jtm = je t aime;
jte = je te; jcroi = je crois; jpense = je pense; jfai = je fais; jvois = je vois;
jvoi = je vois; jdoi = je dois; pus = plus; plu = plus; ske = ce que; sque = ce que;
keske = qu est ce que; kesk = qu est ce que; kan = quand; kand = quand; kel = qu elle;
kon = qu on; qil = qu il; komen = comment; coman = comment; mem = meme; memme = meme;
depui = depuis; dpuis = depuis; dp = depuis; dpui = depuis; tre = tres; tjr = toujours;
tjrs = toujours; tjour = toujours; auj = aujourdhui; ojd = aujourdhui; ojourdui = aujourdhui;
ajd = aujourdhui; hyer = hier; ya = il y a; yen = il y en; kelk = quelque; kelkun = quelquun;
qqun = quelquun; qq1 = quelquun; qqch = quelque chose; qqc = quelque chose; svp = aidez;
stp = stop; slt = salut; bjr = bonjour; bsr = bonsoir; rdv = rendez vous; mr = monsieur;
fai = fait; faiz = fais; vy = vie; mour = mourir; mourire = mourir; mouri = mourir;
cresve = creve; suicid = suicide; coeure = coeur; keur = coeur; ceur = coeur; koeur = coeur;
poitrin = poitrine; poitri = poitrine; pouatrine = poitrine; mashoir = machoire;
machoir = machoire; goch = gauche; gosh = gauche; goche = gauche; droi = droit; droa = droit;
vizage = visage; visaj = visage; bouch = bouche; bousch = bouche; zieu = yeux; zyeu = yeux;
zyeux = yeux; yeu = yeux; oeuil = oeil; euil = oeil; gorj = gorge; lang = langue; tet = tete;
tett = tete; vantre = ventre; ventr = ventre; respir = respire; soufl = souffle;
soufle = souffle; etouf = etouffe; touf = etouffe; sengne = saigne; seigne = saigne;
saign = saigne; vomie = vomi; tranble = tremble; tranbl = tremble; tremb = tremble; bouj = bouge;
boug = bouge; parl = parle; revey = reveille; repon = repond; encinte = enceinte;
ancinte = enceinte; anceinte = enceinte; encein = enceinte; bb = bebe; mwa = mois;
medoc = medicaments; medocs = medicaments; medicam = medicaments; fievr = fievre; fiev = fievre;
fiebre = fievre; fyevre = fievre; enfler = enfle; gonfl = gonfle; boutton = bouton;
partou = partout; devan = devant; raidd = raide; nuc = nuque; nuk = nuque; lumier = lumiere;
chox = choc; crize = crise; criz = crise; convuls = convulse; brul = brule; aval = avale;
avalle = avale; ryen = rien; kelkechose = quelque chose; vit = vite; mamen = maman; papi = papy;
tonton = oncle; tata = tante; tatie = tante; meuf = femme; frr = frere; frero = frere;
reuf = frere; reum = mere; daron = pere; daronne = mere; daronn = mere; gosse = enfant;
minot = enfant; loulou = enfant; chum = copain; pis = puis; icitte = ici; abeg = please;
dem = them; pikin = child; una = you; oga = sir; semene = semaines; semen = semaines;
doné = donne; foi = fois; lantibio = l antibiotique; mapel = m appelle; dun = d un; tumy = tummy;
thru = through; frm = from; ser = serre; lepaule = l epaule; gro = gros; nvr = never;
tmrw = tomorrow; skool = school; splashd = splashed; batery = battery; gob = mouth;
chucking = vomiting; sod = nothing; fittng = fitting; mintues = minutes; passd = passed;
wke = wake; freind = friend; sere = serre; cho = chaud; luile = l huile; segne = saigne;
sarete = s arrete; sareter = s arreter; grv = grave; gurglng = gurgling; mwas = mois;
jlaime = je l aime; ms = mais; avc' = avec; telly = tv; throats = throat; wringing = wring;
wke' = wake; calf's = calf; wirst = wrist; sqirting = squirting; presing = pressing; wnat = want;
alvie = alive; rolld = rolled; voi = vois; changng = changing; veu = veux; senten = sentence;
tps = temps; brunt = burnt; boht = both; lethery = leathery; depileptie = d epilepsie;
pren = prends; viole = violet; suporte = supporte; nimporte = n importe; loreil = l oreille;
loreille = l oreille; narive = n arrive; kom = comme; tou = tout; bocou = beaucoup;
boku = beaucoup; fo = faut; peus = peux; komence = commence; arete = arrete; aret = arrete;
tonbe = tombe; doulleur = douleur; douleure = douleur; dla = de la; vrmt = vraiment;
vremen = vraiment; maleze = malaise; malez = malaise; suffoke = suffoque; sufok = suffoque;
etoufe = etouffe; jetouf = j etouffe; jetouff = j etouffe; consiance = connaissance;
conaissance = connaissance; inconsian = inconscient; inconcient = inconscient; pikur = piqure;
alergi = allergie; alergik = allergique; enfl = enfle; plak = plaques; plake = plaques;
anvi = envie; suisid = suicide; pendr = pendre; medikaman = medicaments; medikamen = medicaments;
diabet = diabete; glycemi = glycemie; sucr = sucre; ipo = hypo; kou = cou; rouj = rouge;
blanch = blanche; avegle = aveugle; akouch = accouche; acouch = accouche;
contracsion = contraction; jarive = j arrive; jarriv = j arrive; arriv = arrive; maime = m aime;
dastme = d asthme; astme = asthme; jsifle = je siffle; sifle = siffle; crevete = crevette;
levr = levre; chets = chest; ches = chest; cheast = chest; paine = pain; pian = pain;
breating = breathing; thoat = throat; thorat = throat; swoln = swollen; tonge = tongue;
rection = reaction; colapsed = collapsed; colapse = collapse; babby = baby; nubm = numb;
slured = slurred; confuzed = confused; vomitting = vomiting; sihgt = sight; eey = eye;
sudenly = suddenly; ligth = light; swich = switch; vison = vision; wroking = working;
wokring = working; brok = broke; stopp = stop; havinng = having; tihgt = tight; bsnd = band;
chesst = chest; goign = going; bakc = back; writs = wrist; glas = glass; evrywhere = everywhere;
epipn = epipen; whre = where; inect = inject; cashew = cashew; evne = even; hepl = help;
plase = please; amublance = ambulance; ambulence = ambulance;
outta = out of; prit = pris; detre = d etre; wernt = were not; werent = were not; jvoudrais = je
voudrais;
jvoudrai = je voudrais; jaurais = j aurais; jetais = j etais; jetai = j etais; jle = je le; kreve =
creve; krever = crever; mourrir = mourir; suissid = suicide; sote = saute; soter = sauter; someil =
sommeil; dormire = dormir; vivr = vivre; poitrinne = poitrine; unalived = killed; sewerslide =
suicide; kys = kill yourself; skool = school; marke = marque; boi = bois; dranked = drank; kiler =
killer; pensse = penser; partt
= partout; mrk = marque; ier = hier; dssu = dessus; ptit = petit; jlui = je lui; jle = je le; jla =
je la; jregrette = je regrette; jarrete = j arrete; maintenan = maintenant; tempreture =
temperature; wk = week; kinda = kind of; sorta = sort of; lotta = lot of; haveing = having; fitt =
fit;
doubl = double; mtr = meter; husbnd = husband; hurtss = hurts; cloke = cloques; clok = cloques;
chode = chaude; ac = avec; chais = je sais; chai = je sais; jsp = je ne sais pas; jpp = je n en peux
plus; jenpeuxplu = j en peux plus; jenpeuplus = j en peux plus; jenpeu = j en peux; peupa = peux
pas; peuxpa = peux pas; vrm = vraiment; vraimen = vraiment; tlm = tout le monde; pk = pourquoi; pkoi
= pourquoi; pcq = parce que; pck = parce que; psk = parce que; parske = parce que; dsl = desole;
askip = il parait; tmtc = tu sais; wsh = salut; wesh = salut; jdeviens = je deviens; jtiens = je
tiens; jmange = je mange; jdors = je dors; jrespire = je respire; jvomis = je vomis; jsaigne = je
saigne; jtremble = je tremble; jtousse = je tousse; javale = j avale; jeta = j etais; seter = c
etait; sest = s est; samarche = ca marche; sapasse = ca passe; sava = ca va; savapa = ca va pas;
cetai = c etait; keskisspass = qu est ce qui se passe; respirepa = respire pas; repondpa = repond
pas; bougepa = bouge pas; marchepa = marche pas; vientde = vient de; nourisson = nourrisson; bebee =
bebe; gossette = fille; gamine = fille; mioche = enfant; momes = enfants; mome = enfant; daronnes =
mere; beauf = beau frere; bofrere = beau frere; belmere = belle mere; bofils = beau fils; pote =
copain; poto = copain; keum = homme; mec = homme; reufs = freres; soeurette = soeur; reus = soeur;
reusse = soeur; mif = famille; tchip = bruit; toubib = medecin; hosto = hopital; bobo = douleur;
bide = ventre; bidou = ventre; tronche = visage; gueule = visage; caboche = tete; teuteu = tete;
teton = sein; palpitant = coeur; guibolle = jambe; guibole = jambe; gambette = jambe; pif = nez;
esgourde = oreille; paluche = main; pogne = main; tarin = nez; mirette = oeil; mirettes = yeux;
degobille = vomi; degobiller = vomir; degueule = vomi; caner = mourir; clamse = mort; crame = brule;
cramer = bruler; cramee = brule; crames = brule; flippe = peur; flipper = peur; taff = travail; taf
= travail; creves = creve; pisssang = saigne; colik = colique; paralise = paralyse; paralize =
paralyse; inconciente = inconsciente; inconsciante = inconsciente; esouffle = essouffle; essoufle =
essouffle; esoufle = essouffle; etoufee = etouffee; doulere = douleur; doulleurs = douleurs;
poitrinne = poitrine; jamb = jambe; janbe = jambe; janb = jambe; kuisse = cuisse; tempt = temps;
fieve = fievre; temperatur = temperature; convulsi = convulsion; konvulsion = convulsion; tremblle =
tremble; nauze = nausee; noze = nausee; overdoze = overdose; srynge = seringue; medicamen =
medicament; kachet = cachet; kachets = cachets; komprime = comprime; konprime = comprime; plaquet =
plaquette; bwate = boite; bwat = boite; bouatte = boite; javell = javel; desherban = desherbant;
mordue = mordu; serpan = serpent; scorpyon = scorpion; gonfler = gonfle; gonflee = gonfle; vizaje =
visage; zoeil = oeil; zieux = yeux; flouu = flou; voipu = vois plus; voyai = voyais; avegl =
aveugle; kasse = casse; tonber = tomber; tombr = tomber; eskalier = escalier; acoucher = accoucher;
saigneman = saignement; saignman = saignement; caillo = caillots; semaine1 = semaine; enseinte =
enceinte; bougepu = bouge plus; respirepu = respire plus; repondpu = repond plus; parlepu = parle
plus; reveilpa = reveille pas; reveilpu = reveille plus; asme = asthme; vantoline = ventoline;
sifflemen = sifflement; soufflepa = souffle pas; gaspin = gasping; chocin = choking; choken =
choking; collapsd = collapsed; colaps = collapse; fanted = fainted; faintd = fainted; unconcius =
unconscious; unconsious = unconscious; respndin = responding; bleedng = bleeding
"""
SHORT_FORMS: Final[dict[str, str]] = {
    short.strip(): full.strip()
    for short, _, full in (one.partition(" = ") for one in _WRITTEN.split(";"))
}
"""How people write in short messages, and short words written wrongly -> the words in full."""

PHRASES: Final[dict[str, str]] = {
    "can not": "cannot",
    "b here": "be here",
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
