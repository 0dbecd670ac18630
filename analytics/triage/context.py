"""What takes the alarm out of words: denial, idioms, questions of knowledge, the family, the past.

All work on words that `spelling` has put right. Denial looks from a "no" a few words ahead, up to
the next comma, "but" or new subject. The others look at a sentence or a clause of it. None of them
takes back what somebody says of now: "I had a stroke in 2015 and my arm is numb today".
"""

import re
from collections.abc import Collection, Sequence
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REACH: Final = 7
"""Words that a denial reaches over."""
_PUNCTUATION: Final = frozenset(".,!?;:\n")
_ENDS: Final = frozenset(".!?\n")
_DENYING: Final = _words(
    """
    aucun aucune denied denies deny denying exclu excluded excludes jamais neither never ni no
    none nor not pas sans without
    """
)
_BREAKING: Final = _words(
    """
    although because but car cependant depuis elle except he however i il j je juste maintenant
    mais now pourtant puis sauf seulement she since then they though
    """
)
_NOT_DENYING: Final = _words(
    """
    able better bien change doubt eat fine going good help helping idea improving just juste know
    mieux move normal only relief sais seulement sleep stand sur sure understand well work working
    """
)
_SUBJECTS: Final = _words(
    """
    ca her his it la le ma mes mon my sa son suddenly the there
    """
)

_IDIOMS: Final = re.compile(
    r"\b(?:"
    r"dying to \w+|stroke of (?:luck|genius|midnight|(?:the |a )?pen)|stroke of the"
    r"|(?:my|his|her|swim\w*|breast|back|brush|tennis|golf|butterfly|change my) stroke(?= "
    r"|$)(?! in)"
    r"|chest (?:of drawers|strap|belt|hair|press|workout|sensor|band|freezer|day)"
    r"|chest hair|off (?:my|his|her) chest|(?:ceinture|sangle|tour|capteur) (?:de )?poitrine"
    r"|ceinture thoracique|arm and a leg|train \w+ and arms|train chest"
    r"|(?:threw|throws?|throwing) (?:a |another )?(?:fit|tantrum)|fit of \w+|seizure of laughter"
    r"|passed out (?:the |some )?(?:leaflets|flyers|papers|sweets|cards)|(?:almost"
    r"|nearly) (?:fainted|"
    r"passed out|died)|nearly died laughing|choked up|hold (?:my |his |her |your )?breath"
    r"|(?:takes|took) my breath away|breathing down|save (?:my|your) breath"
    r"|(?:shot|shoot|shooting) (?:myself|himself|herself) in the foot"
    r"|overdos\w+ on (?:chocolate|sweets|sugar|cake|tv|series|coffee|cheese)|bleeding edge"
    r"|drown\w* in (?:work|paper|paperwork|mails|tasks)|noyee? (?:dans|sous) (?:le |les )?\w+"
    r"|bored to death|dead tired|to die for|over my dead body|(?:battery|phone|line"
    r"|sensor) \w+ dead"
    r"|blood(?= (?:test|tests|pressure|thinner|thinners|type|group|result|results|sample"
    r"|samples|donor"
    r"|donation|cell|cells|count|vessel|vessels|flow|work|drive|pressures|oxygen|cuff|monitor"
    r"|sugar|glucose)\b)"
    r"|donate blood|give blood|(?:prise|prises|don|analyse|analyses|test|tests) de sang"
    r"|donner mon sang|groupe sanguin|food poisoning|heart breaking|broke my heart"
    r"|etouff\w+ de (?:chaleur|rire)|mort\w* de (?:fatigue|rire|faim|soif|peur|honte)"
    r"|mourir de (?:rire|faim|soif|peur|honte|chaud|froid)|meurs d envie|envie de dormir"
    r"|crises? de (?:rire|larmes|fou rire|nerfs|foie)|coup de (?:foudre|soleil|main|fil|telephone)"
    r"|(?:chef|patron|boss|mere|pere|femme|mari|prof|il|elle|ils) (?:va|vont) me tuer"
    r"|pommes? du marche|casse la tete|tete dure|hard to hold"
    r"|(?:answer|answers|answering|respond|return) (?:my|the|our|his|her) "
    r"(?:calls?|messages?|mails?|questions?|phone)"
    r"|wake up (?:early|on time|in the morning|before|at)|mild(?:ly)?|end of life"
    r"|(?:crashed|collapsed) (?:its|the) \w+|watch collapsed|(?:market|tent|table|shelf) collapsed"
    r"|laugh\w* (?:so hard )?(?:i|we) (?:died|cried)"
    r"|(?:giv\w+|gave) \w+ a (?:heart attack|stroke|fit|seizure)(?! because)"
    r"|side effects?|face (?:id|cream|mask|wash|time)|(?:jump|skipping) rope|corde a sauter"
    r"|(?:glue|massage|nail) gun|air (?:con\w*|fryer|quality|bnb)|fresh air"
    r")\b"
)

_KNOWLEDGE: Final = re.compile(
    r"\b(?:"
    r"what (?:are|is|was|were) (?:the )?(?:\w+ )?(?:sign|signs|symptom|symptoms|cause|causes"
    r"|risk|risks"
    r"|difference|treatment|warning|chance|chances|meaning|definition)|what is (?:a|an) "
    r"|what (?:exactly )?is (?!wrong|happening|going|this|that|my|it|he|she)\w+(?= exactly| [?.!])"
    r"|what causes"
    r"|what does \w+ (?:\w+ )?mean|what \w+ means"
    r"|which (?:conditions|diseases|illnesses|signs|symptoms|foods|number)"
    r"|how (?:do|can|to|should|does|would|could) (?:i |you |we |one |people )?(?:recogni[sz]e"
    r"|prevent"
    r"|avoid|spot|treat|know|use|tell|lower|reduce|detect|help someone|an overdose|a )"
    r"|how common|how often do|how dangerous|explain|difference between|tell me about|read about"
    r"|when is an? |risk of|risk factors?|chances? of|prevent\w*|essay|lecture|homework|quiz"
    r"|training|first aid course|students?$|nursing|cause (?:an? )?|lead to|turn into"
    r"|afraid of having"
    r"|fear of having|if i had|if i ever|if someone|if somebody|if a person|if you (?:have|had|get)"
    r"|if i fainted|what if|what would you do|would i know|could i get|will i get"
    r"|signes? d|symptomes? d|comment (?:reconnaitre|prevenir|eviter|savoir|utiliser|soigner"
    r"|traiter"
    r"|reduire|detecter|les prevenir)|que veut dire|c est quoi|qu est ce que?|difference entre"
    r"|definition|risques? d|expose|formation|cours|quelles? maladies|quels? (?:sont|signes"
    r"|symptomes"
    r"|facteurs)|que faire si quelqu\w*|que faire si on|si quelqu\w*|si j avais|si j avais un jour"
    r"|peur de faire|peur d avoir un|prevention|provoquer? un|que se passe t il si|pourquoi fait on"
    r"|apprendre|article|documentaire|documentary|film|movie|book about|livre sur"
    r")\b"
)
_NOW: Final = re.compile(
    r"\b(?:now|right now|today|tonight|currently|since|yesterday|minutes?|hours?|help me|help"
    r"|suddenly|(?:he|she|i|it) (?:is|am) having|i have (?:a |an )?(?:\w+ )?(?:pain|chest)"
    r"|maintenant"
    r"|aujourdhui|ce matin|ce soir|cette nuit|depuis|hier|aidez|en ce moment|tout de suite"
    r"|happening|this morning|this evening)\b"
)
_OWN: Final = re.compile(
    r"\b(?:my (?:chest|arm|face|head|throat|tongue|mother|father|husband|wife|son|daughter|baby)"
    r"|ma poitrine|mon bras|mon visage|ma gorge|ma langue|mon pere|ma mere|mon fils|ma fille"
    r"|mon mari"
    r"|ma femme)\b"
)
_FAMILY: Final = re.compile(
    r"\b(?:runs in (?:my|the|our) family|in (?:my|our) family|family history|history of|hereditary"
    r"|inherited|genetic|(?:died|dead) of|died from|at (?:the age of )?\d\d(?! (?:weeks"
    r"|months|hours|minutes|percent))|dans (?:ma|la|notre) famille"
    r"|hereditaire|antecedents?|morte? d|decedee? d|a \d\d ans|both my parents)\b"
)
_PAST: Final = re.compile(
    r"\b(?:(?:in|en|since) (?:19|20)\d\d|(?:year|years|decade|decades) ago|months ago"
    r"|as a (?:child|kid|boy|girl|teenager|baby|student)|when (?:i|he|she) was (?:a |an |\d"
    r"|young|little"
    r"|twelve|ten)|last (?:winter|year|summer|spring|autumn)|used to|il y a (?:\w+ )?(?:\w+ )?ans?"
    r"|il y a (?:longtemps|des annees)|quand j etais|autrefois|jadis|dans mon enfance"
    r"|(?:l )?(?:hiver|ete|an|annee|automne|printemps) (?:dernier|derniere|passe))\b"
)
_ANIMAL: Final = re.compile(
    r"^(?:(?:my|our|the|his|her|mon|notre|le|son|ma|la) )?(?:little |old |petit )?"
    r"(?:dog|cat|puppy|kitten|hamster|rabbit|horse|goat|cow|chien|chat|chaton|chiot|chienne"
    r"|chatte|lapin|cheval|chevre|vache) (?!bit|bite|mordu|scratch|a mordu|m )"
    r"(?!.*\b(?:me|my|i|moi|j|je|m)\b)"
)
"""An animal that does or has something, and nobody else in the clause."""
_LEADING_PAST: Final = re.compile(r"^(?:enfant|petit|petite|as a child|years ago|autrefois|jadis)$")
_AFTER: Final = re.compile(
    r"^(?:(?:has|have|was|were|is|are|a|ete|been|etait|est) )*(?:ruled out|excluded|exclu\w*"
    r"|none|no$"
    r"|negative|non$|absent\w*|ecarte\w*)"
)


VOCABULARY: Final = frozenset(
    word
    for pattern in (_IDIOMS, _KNOWLEDGE, _NOW, _OWN, _FAMILY, _PAST, _LEADING_PAST, _AFTER)
    for part in re.findall(r"(?<!\\)\b[a-z]{3,}", pattern.pattern)
    for word in (part, part.removesuffix("s"))
) | (_DENYING | _BREAKING | _NOT_DENYING | _SUBJECTS)
"""Words that mean something here: spelling leaves them as they are."""


def without_idioms(tokens: Sequence[str]) -> list[str]:
    """The words, with `_` in place of each word of an idiom.

    >>> without_idioms("a stroke of luck".split())
    ['a', '_', '_', '_']
    """
    if not tokens:
        return []
    text = " ".join(tokens)
    return _IDIOMS.sub(lambda match: " ".join("_" for _ in match.group().split(" ")), text).split(
        " "
    )


def denied(tokens: Sequence[str], spent: Collection[int] = ()) -> list[bool]:
    """Whether each word stands in the reach of a denial before it; not of those `spent`.

    >>> denied("no fever but chest pain".split())
    [False, True, False, False, False]
    >>> denied("not better , chest pain".split())
    [False, False, False, False, False]
    """
    found = [False] * len(tokens)
    left = 0
    for index, token in enumerate(tokens):
        if token in _PUNCTUATION or token in _BREAKING or _new_subject(tokens, index):
            left = 0
        elif index not in spent and _denies(tokens, index):
            left = REACH
        elif left:
            found[index] = True
            left -= 1
    return found


def _denies(tokens: Sequence[str], index: int) -> bool:
    token = tokens[index]
    ahead = tokens[index + 1 : index + 3]
    if token == "plus":  # noqa: S105 - a French word: "no longer" only after "ne"
        return bool({"n", "ne"} & set(tokens[max(index - 4, 0) : index]))
    if token == "out":  # noqa: S105 - of "ruled out"
        return index > 0 and tokens[index - 1] == "ruled"
    return token in _DENYING and not (ahead and ahead[0] in _NOT_DENYING)


def _new_subject(tokens: Sequence[str], index: int) -> bool:
    return (
        tokens[index] in {"and", "et"}
        and index + 1 < len(tokens)
        and tokens[index + 1] in _SUBJECTS
    )


def excused(tokens: Sequence[str]) -> list[str]:
    """Why each word is no alarm: "knowledge", "family", "past" or "" where nothing says so.

    >>> set(excused("what are the signs of a stroke ?".split()))
    {'knowledge'}
    >>> excused("i had a stroke years ago , my arm is numb".split())[-1]
    ''
    """
    found: list[str] = []
    sentence: list[str] = []
    for token in (*tokens, "."):
        sentence.append(token)
        if token in _ENDS:
            found.extend(_sentence(sentence))
            sentence = []
    return found[: len(tokens)]


def _sentence(tokens: Sequence[str]) -> list[str]:
    if len(tokens) <= 2:  # noqa: PLR2004 - a word and its full stop
        return [""] * len(tokens)
    text = " ".join(tokens)
    now = _NOW.search(text) is not None
    if not now and not _OWN.search(text) and _KNOWLEDGE.search(text):
        return ["knowledge"] * len(tokens)
    if not now and _FAMILY.search(text):
        return ["family"] * len(tokens)
    if _FAMILY.search(text) and "family" in text:
        return ["family"] * len(tokens)
    found: list[str] = []
    clause: list[str] = []
    led = False
    for token in tokens:
        clause.append(token)
        if token in _PUNCTUATION or token in {"and", "et", "but", "mais"}:
            words = " ".join(clause[:-1])
            animal = _ANIMAL.match(words) is not None
            past = led or animal or _PAST.search(words) is not None
            led = bool(_LEADING_PAST.match(words)) or (past and len(clause) <= 4)  # noqa: PLR2004
            found.extend(["past" if past else ""] * len(clause))
            clause = []
    return found + [""] * len(clause)


def taken_back(tokens: Sequence[str], after: int) -> bool:
    """Whether the words after a finding take it back: "a heart attack was ruled out".

    >>> taken_back("heart attack ruled out".split(), 2)
    True
    """
    return bool(_AFTER.match(" ".join(one for one in tokens[after : after + 6] if one != ":")))
