# ruff: noqa: E501 - word lists
"""How English, German and Dutch claim that something was or will be done at home.

Each table holds words as regular expressions; `claims.py` makes the same rules of all of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """One language's."""

    done: str
    """Participles: switched, added, locked."""
    any_done: str
    """The shape of any participle."""
    harmless: str
    """Participles, and what looks like one, that do nothing in a house: heard, thought, understood."""
    i_did: tuple[str, ...]
    """What stands before a participle in "I have …"."""
    i_do: str
    """First persons that do or will do: "I turn", "I'll"; matched as a whole."""
    thing: str
    it: str
    """Words for a thing that was named before, or for all of it."""
    is_now: str
    """is, has been, stands."""
    state: str
    """on, off, open: what a thing is after it was changed."""
    has_been: str
    """What makes a participle something that was done, whatever it was done to."""
    doing: str
    """"Playing", "turning on": how a claim of what is under way may begin."""
    does: str
    """What a thing does once it was started, or how far it is: runs, opens, is at 40."""
    now: str
    on_the_list: str
    """"is on the list"."""
    finished: str
    """"Done.", "All set.": what a whole sentence may be."""
    first: str
    """OK, sure, of course."""
    denies: str
    doubts: str
    """Words that begin a clause which claims nothing: if, whether, shall I."""
    asks: str
    """How a question about a state begins."""
    requests: str
    """What makes a question a polite request."""
    orders: str = "(?!)"
    """Participles that at the head of a sentence are rather an order, as in a recipe."""


ENGLISH = ClaimWords(
    done=r"(?:turned|switched|set|started|begun|stopped|added|removed|cancell?ed|paused|resumed|dimmed|brightened|locked|unlocked|"
    r"opened|closed|shut|changed|adjusted|increased|decreased|raised|lowered|muted|unmuted|put|created|cleared|deleted|"
    r"sent|saved|stored|scheduled|ordered|noted|updated|enabled|disabled|activated|deactivated|extended|reset|taken|"
    r"handled|sorted|arranged|booked|bought|scratched|crossed|turned|rung|rescheduled|postponed|queued|logged|recorded|"
    r"remembered|memorized|reserved|notified|informed|alerted|renamed|restarted|rebooted|played|skipped|rewound|warmed|cooled|"
    r"heated|dropped|bumped|cranked|killed|done|programmed|triggered|engaged|disarmed|armed|secured|powered|plugged|unplugged|"
    r"docked|sent|reduced|made|called|messaged|texted|emailed|moved|cut|forgotten|told|delivered|brewed|wiped|forwarded|submitted|confirmed|fixed|loaded|attached|installed|charged|paid|transferred|fed|watered|cleaned|silenced|snoozed|dismissed|announced)",
    any_done=r"(?:\w{2,}ed|gotten|put|set|begun|taken|made|sent|written|given|run|built|shut|cut|done|brought|laid|hung|driven|shown)",
    harmless=r"(?:heard|noticed|learned|wanted|loved|liked|enjoyed|wondered|worked|lived|tried|looked|checked|searched|listened|waited|needed|asked|missed|hoped|guessed|mentioned|talked|explained|seemed|used|failed|red|bed|bored|tired|interested|pleased|excited|limited|indeed|\w+eed|supposed|allowed|\w*trained|designed|programmed to|been asked)",
    i_did=(
        r"(?:i|we)(?:'ve| have|'d)(?: just| now| already| also| gone ahead and)*",
        r"(?:i|we) (?:just|now|already|also|went ahead and|then|have)",
        r"(?:that|it|everything|all of it|which)(?:'s| has| have) (?:now |already |just )*been",
        r"(?:i|we)(?:'ve| have)? got (?:that|it|the|your)",
    ),
    i_do=r"(?:i'm|i am|we're|we are) (?:just |now |already )*(?!thinking|wondering|hoping|feeling|looking|listening|talking|learning|guessing|assuming|kidding|joking|having|being|doing|trying|missing|speaking|going|here|nothing|something|anything|everything|working|waiting|running on|getting|sitting|lacking|asking|referring)\w{2,}ing|(?:i|we)(?:'ve| have)? (?:got the (?:lights?|door|heating|fan)|went ahead and|gone ahead and)",
    thing=r"(?:lights?|lamps?|bulbs?|timers?|alarms?|reminders?|lists?|volume|music|radio|song|doors?|locks?|garage|gates?|blinds?|"
    r"curtains?|shutters?|shades?|fans?|heaters?|heating|thermostat|temperature|television|tv|telly|kettle|coffee|machine|"
    r"switch(?:es)?|plugs?|sockets?|vacuum|hoover|robot|oven|dishwasher|washer|dryer|sprinklers?|scene|speakers?|playlist|"
    r"windows?|valves?|ac|air conditioning|milk|eggs|bread|items?|calendar|appointment|meeting|messages?|notes?|order|pizza|table|brightness|announcement|color|colour|robot|coffee machine|sound|screen|room|clock|bananas?|hallway|reservation|booking|delivery)",
    it=r"(?:it|that|they|everything|all|both|all of them|those)",
    is_now=r"(?:is|are|was|were|has|have|has been|have been|should be|will be|is being|are being|'s|'re|'s been)",
    state=r"(?:on|off|open|closed|shut|locked|unlocked|running|playing|muted|up|down|brighter|dimmer|warmer|cooler|louder|quieter|in place|gone|ready|out|all set|"
    r"on the list|on your (?:\w+ )?list|closing|opening|going (?:up|down|on|off))(?: now)?",
    has_been=r"(?:(?:has|have|'s|'ve) (?:now |just |already |also )*been|(?:is|are|'s) (?:now |already )*being)",
    doing=r"(?:now |just )?(?:playing|starting|stopping|opening|closing|turning|switching|setting|adding|locking|unlocking|dimming|raising|lowering|"
    r"pausing|resuming|cancell?ing|sending|ordering|calling|shuffling|skipping|putting|removing|brewing|heating|cooling|activating|announcing)",
    does=r"(?:(?:is|are|'s|has|have) (?:just |already |now )*(?!having|being|nothing|missing|something|anything|everything|interesting|amazing)\w{2,}ing|"
    r"(?:has|have) (?:started|stopped|begun|gone (?:off|on|out|through|up|down))|will (?:\w+ )?(?:turn|switch|go|start|stop|close|open|ring|come)(?: \w+)?|(?:is|are) (?:set )?(?:at|to|on) (?:\w+ )?(?:percent|degrees|\d+\b|half|full)|(?:is|are) on (?:its|their) way)",
    now=r"(?:now|as you (?:asked|wished|requested|wanted)|as requested)",
    on_the_list=r"(?:is|are) (?:now |already )*(?:on|off) (?:the|your|my) (?:\w+ )?list",
    finished=r"(?:(?:it'?s |that'?s |all )*(?:all )?(?:done|set|sorted|finished|taken care of|handled|complete|completed|good to go)|"
    r"(?:consider|you've got) .{1,30}|will do|right away|on it|coming right up|on my way|there you go|here you go|you got it|as you wish|"
    r"(?:\w+ ){0,3}(?:lights?|lamps?|fan|heater|tv|music|alarm|timer|heating): (?:on|off|set|open|closed|locked))",
    first=r"(?:ok(?:ay)?|sure(?: thing)?|al(?:l )?right|great|got it|certainly|of course|no problem|yes|yep|perfect|absolutely|very well|"
    r"right away|hello|hi|hey|no worries|understood|alright|cool|fine|and|then|so|now)",
    orders=r"(?:set|put|cut|shut|reset)",
    denies=r"n't\b|\b(?:no|not|cannot|unable|never|no longer|nothing|failed|couldn't|without)\b",
    doubts=r"(?:if|when|once|until|unless|whether|should|shall|can|could|do|did|would|may|how|what|which|why|who|where|after|before|have|has|is|are)",
    asks=r"(?!)",
    requests=r"(?!)",
)
GERMAN = ClaimWords(
    done=r"(?:(?:ein|aus|an|ab|um|zu|auf|weg|hoch|runter|herunter|hinzu|zurück|weiter|fest|vor|los|zusammen|stumm|frei)?"
    r"ge(?:schaltet|stellt|macht|setzt|fügt|dreht|fahren|dimmt|schlossen|öffnet|sperrt|strichen|löscht|stoppt|"
    r"startet|ändert|regelt|spielt|sendet|schickt|schrieben|bucht|kauft|rufen|speichert|merkt|legt|nommen|hoben|"
    r"senkt|leert|tragen|sagt|weckt|brochen|passt|plant|knipst|lassen|tan)|erledigt|aktiviert|deaktiviert|entfernt|"
    r"erhöht|verringert|reduziert|verriegelt|entriegelt|beendet|bestellt|benachrichtigt|erstellt|notiert|verschickt|"
    r"pausiert|storniert|verlängert|reserviert|programmiert|informiert|erinnert|verschoben|vermerkt|angehalten|"
    r"hinterlegt|vorbereitet|übernommen|eingetragen)",
    any_done=r"(?:\w*ge\w{2,}(?:t|en)|\w{2,}iert|(?:be|ver|er|ent|zer)\w{3,}(?:t|en)|(?:vor|nach|über|unter|wieder)\w{3,}t)",
    harmless=r"(?:gehört|gelesen|gesehen|gedacht|verstanden|gefunden|gelernt|gehabt|gewusst|gemeint|gefragt|erfahren|erkannt|bekommen|versucht|vergessen|gerät\w*|gedicht\w*|gesicht\w*|gericht\w*|geduld|gelegen\w*|\w+heit|\w+keit|gegen|genug|gesamt\w*|bereit|bereits|vielleicht|verstand|beste\w*|besten|verschiedenen?|erst\w*|ersten|gern\w*|gestern|\w+gegen|angst|vorgestellt|überlegt)",
    i_did=(
        r"(?:ich|wir) (?:hab|habe|haben|hatte)",
        r"(?:hab|habe|haben) (?:ich|wir)",
        r"(?:ist|sind) (?:von mir|dir)",
    ),
    i_do=r"(?:(?:ich|wir) {v}|{v} (?:ich|wir))".replace(
        "{v}",
        r"(?:werde|werden|mache|schalte|stelle|setze|drehe|dimme|füge|öffne|schließe|starte|stoppe|lösche|spiele|"
        r"sende|schicke|rufe|erinnere|notiere|fahre|aktiviere|deaktiviere|kümmere|bestelle|ändere|erhöhe|verringere|"
        r"verriegele|verriegle|sperre|merke|trage|lege|nehme|breche|pausiere|benachrichtige|regle|erledige|erstelle|"
        r"buche|wecke|storniere|entferne|speichere|senke|reduziere|knipse|beende|bin (?:schon |gerade |bereits )*dabei)",
    ),
    thing=r"(?:\w*(?:licht(?:er)?|lampen?|leuchten?|timer|wecker|alarm|erinnerung(?:en)?|liste|lautstärke|musik|radio|"
    r"türe?n?|schloss|tor|garage|rollos?|rollladen|rollläden|jalousien?|vorh[aä]nge?|ventilator|heizung|thermostat|"
    r"temperatur|fernseher|stecker|steckdose|gerät(?:e)?|helligkeit|nachricht|notiz|ton|kaffee|kaffeemaschine|sauger|roboter|termin|raum|zimmer|ofen|herd|flur|bestellung|reservierung|rollos))",
    it=r"(?:es|das|alles|sie)",
    is_now=r"(?:ist|sind|wurde|wurden|steht|stehen|läuft|laufen|wird|bleibt)",
    state=r"(?:an|aus|ein|auf|zu|offen|raus|bereit|leiser|lauter|heller|dunkler|stumm)",
    has_been=r"(?:wurde|wurden|worden|wird gerade|werden gerade|ist jetzt|sind jetzt|ist nun|sind nun|ist bereits)",
    doing=r"(?!)",
    does=r"(?:läuft|laufen|dreht sich|drehen sich|öffnet(?: sich)?|schließt(?: sich)?|öffnen sich|schließen sich|spielt|startet|geht (?:\S+ ){0,4}(?:an|aus|auf|zu)|"
    r"fährt|fahren|heizt|kühlt|saugt|leuchtet|brennt|(?:ist|sind|steht|stehen) auf \d+)",
    now=r"(?:jetzt|nun|ab sofort|wie gewünscht)",
    on_the_list=r"(?:ist|sind|steht|stehen) (?:jetzt |nun |schon |bereits )*auf (?:der|deiner|die|eurer|ihrer) \w*liste",
    finished=r"(?:erledigt|fertig|gemacht|(?:ist |schon )+(?:erledigt|passiert|geschehen)|wird (?:sofort )?(?:gemacht|erledigt)|"
    r"(?:das |alles )?(?:ist )?(?:erledigt|eingestellt|eingerichtet|gebongt)|kommt sofort|bin (?:schon )?dabei|"
    r"mach(?:e)? ich|läuft)",
    first=r"(?:ok(?:ay)?|klar|alles klar|gut|gerne?|natürlich|sicher|sofort|jawohl|ja|super|perfekt|so|bitte|verstanden|selbstverständlich)",
    denies=r"\b(?:nicht|kein\w*|nie|niemals|leider|nichts|ohne|konnte|unmöglich)\b",
    doubts=r"(?:wenn|falls|ob|soll|sollen|darf|möchte\w*|willst|kann|könn\w+|nachdem|sobald|bevor|dass)",
    asks=r"(?:ist|sind|war|waren|bist|hast|hat|haben|was|welche\w*|wie|wieviel|wo|wann|wer|warum|läuft|laufen|brennt|brennen|steht|gibt)",
    requests=r"\b(?:bitte|kannst|könntest|würdest|und (?:schalte?|mach|stelle?|dreh))\b|^was hältst|^wie wäre",
)
DUTCH = ClaimWords(
    done=r"(?:(?:aan|uit|in|af|op|toe|om|dicht|open|weg|hoger|lager|harder|zachter|stil|door|vast|klaar)?ge(?:zet|daan|schakeld|steld|voegd|maakt|"
    r"draaid|dimd|sloten|opend|stopt|start|wijzigd|regeld|speeld|stuurd|schreven|boekt|kocht|roepen|slagen|noteerd|legd|haald|"
    r"streept|pauzeerd|annuleerd|activeerd|deactiveerd|programmeerd|reserveerd|past|beld|wist|waarschuwd|plaatst|pland|bracht|teld|zegd|dempt|laden|reinigd|zogen)|"
    r"(?:toe|aan|in|af|op|uit)?ge\w{3,}[dt]|ver\w{3,}[dt]|verwijderd|verhoogd|verlaagd|vergrendeld|ontgrendeld|besteld|verstuurd|verlengd|verplaatst|"
    r"toegevoegd|ingesteld|afgerond|voltooid|verzonden|veranderd)",
    any_done=r"(?:\w*ge\w{2,}(?:d|t|en)|(?:ver|be|her|ont|voor\w*)\w{3,}(?:d|t|en))",
    harmless=r"(?:gehoord|gelezen|gezien|gedacht|begrepen|gevonden|geleerd|gehad|geweten|bedoeld|gevraagd|geprobeerd|gezocht|vergeten|gekregen|verstaan|geluid|gebied|geld|gedicht\w*|gezicht\w*|genoeg|tegen|bekend|verstand|verschillen\w*|beetje|beste|bericht|beeld|geduld|\w+heid|\w+gegen)",
    i_did=(r"(?:ik|we|wij) (?:heb|hebben|had)", r"(?:heb|hebben) (?:ik|we|wij)"),
    i_do=r"(?:(?:ik|we) {v}|{v} (?:ik|we)(?! dat| het)?)".replace(
        "{v}",
        r"(?:zal|zullen|ga|gaan|zet|doe|schakel|stel|voeg|start|stop|sluit|open|dim|draai|vergrendel|annuleer|verwijder|verhoog|"
        r"verlaag|speel|stuur|noteer|bestel|regel|waarschuw|bel|maak|haal|pauzeer|activeer|schrijf|herinner|wek|doe dat|doe het|doe ik|ben het aan het|ben (?:\S+ ){0,4}aan het|ben bezig)",
    ),
    thing=r"(?:\w*(?:licht(?:en)?|lamp(?:en)?|timers?|wekkers?|alarm|herinnering(?:en)?|lijst(?:je)?|volume|muziek|radio|deur(?:en)?|slot|"
    r"garage|rolluik(?:en)?|gordijn(?:en)?|ventilator|verwarming|thermostaat|temperatuur|televisie|tv|stekker|apparaat|apparaten|raam|ramen|melk|helderheid|bericht(?:en)?|notitie|stofzuiger|koffie|scherm|geluid|kamer|bestelling|reservering|oven))",
    it=r"(?:het|dat|alles|die|ze)",
    is_now=r"(?:is|zijn|staat|staan|werd|werden|wordt|worden|loopt|gaat)",
    state=r"(?:aan|uit|open|dicht|op slot|harder|zachter|stil|op \d+|ingesteld)",
    has_been=r"(?:(?:is|zijn) (?:er|net|zojuist|nu|al|inmiddels)|er (?:is|zijn)|werd|werden|wordt|worden)",
    doing=r"(?!)",
    does=r"(?:loopt|lopen|draait|draaien|gaat (?:nu )?(?:open|dicht|aan|uit|omhoog|omlaag)|gaan (?:nu )?(?:open|dicht|aan|uit|omhoog|omlaag)|speelt|start|brandt|verwarmt|(?:is|zijn) begonnen|(?:staat|staan) (?:nu )?op \d+)",
    now=r"(?:nu|vanaf nu|zoals gevraagd)",
    on_the_list=r"(?:is|zijn|staat|staan) (?:nu |al )*op (?:de|je|uw|jouw|het) \w*lijst(?:je)?",
    finished=r"(?:klaar|gedaan|gebeurd|geregeld|gelukt|(?:dat |het |alles )?(?:is )?(?:al )?(?:klaar|gedaan|gebeurd|geregeld|gelukt|in orde)|komt (?:eraan|voor elkaar|in orde)|"
    r"doe ik|wordt geregeld|ik ben bezig)",
    first=r"(?:ok(?:é|ay|e)?|prima|natuurlijk|goed|zeker|ja|begrepen|tuurlijk|perfect|graag gedaan|zo|geen probleem|graag|komt goed|vanzelfsprekend)",
    denies=r"\b(?:niet|geen|nooit|helaas|niets|zonder|kon|onmogelijk)\b",
    doubts=r"(?:als|of|zal ik|wil|wilt|moet|kan|kun|zou|zodra|nadat|voordat|dat (?:ik|je|u|hij|ze|het)|wanneer|mag)",
    asks=r"(?:is|zijn|was|waren|heb|heeft|wat|welke?|hoe|hoeveel|waar|wanneer|wie|waarom|staat|staan|brandt|branden|loopt)",
    requests=r"\b(?:kun|kan je|kunt|zou|wil je|wilt u|alsjeblieft|alstublieft|graag)\b",
)
