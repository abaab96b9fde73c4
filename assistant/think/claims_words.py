# ruff: noqa: E501 - word lists
"""How six languages claim that something was or will be done at home.

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
    state=r"(?:on|off|open|closed|shut|locked|unlocked|running|playing|muted|up|down|brighter|dimmer|warmer|cooler|louder|quieter|in place|gone|ready|dark|out|all set|"
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
FRENCH = ClaimWords(
    done=r"(?:(?:allum|activ|désactiv|régl|ajout|supprim|retir|enlev|lanc|démarr|arrêt|ferm|verrouill|déverrouill|annul|"
    r"programm|baiss|mont|augment|diminu|cré|envoy|not|enregistr|effac|vid|jou|command|achet|réserv|modifi|chang|coup|"
    r"tamis|stopp|prolong|appel|rappel|branch|débranch|termin|effectu|ajust|mémoris|bascul|repouss|planifi|relev|"
    r"abaiss|inform|configur|réduit?|éteint?|étein|ouvr|pass)(?:é|i|)e?s?|mise?s?|faite?s?|ouverte?s?|réduite?s?|éteinte?s?|"
    r"remise?s?|prévenue?s?|reprise?s?)",
    any_done=r"(?:\w{2,}(?:é|ée|és|ées)|\w{2,}i(?:s|t|e|es|ts|tes)?|\w{2,}u(?:e|s|es)?|ouvert|mis|fait|éteint)(?<!ai)(?<!oi)",
    harmless=r"(?:entendu|lu|vu|pensé|compris|trouvé|appris|eu|été|su|voulu|aimé|essayé|cherché|besoin|envie|oublié|deviné|reçu|connu|dû|pu|peu|plus|qui|du|au|aussi|ici|lui|celui|mais|jamais|dis|parmi|midi|demi|depuis|puis|suis|idée\w*|année\w*|café|thé|côté|vie|pluie|partie|rue|vue|\w+ie)",
    i_did=(
        r"(?:j'ai|je (?:l'|les |vous |t'|te |lui |leur |vous l'|te l')?ai|nous (?:l'|les )?avons|on (?:l')?a)",
        r"j'ai (?:tout|bien|déjà|juste)",
    ),
    i_do=r"(?:j'|je )(?:vais|viens d(?:e|'\w+)|m'en occupe|m'occupe|suis en train|(?:l'|les |le |la |vous |te |t'|vous l'|te l')*(?:allume|éteins|règle|ajoute|mets|"
    r"lance|démarre|ferme|ouvre|verrouille|déverrouille|annule|programme|baisse|monte|augmente|diminue|arrête|supprime|"
    r"retire|enlève|note|crée|envoie|joue|coupe|active|désactive|commande|rappelle|préviens|appelle|change|modifie|"
    r"fais|enregistre|tamise|réduis)|(?:\w+ )?\w{2,}rai)\b",
    thing=r"(?:lumières?|lampes?|minuteurs?|minuteries?|réveils?|alarmes?|rappels?|liste|volume|son|musique|radio|portes?|serrures?|"
    r"garage|volets?|stores?|rideaux?|ventilateurs?|chauffage|thermostat|température|télé\w*|prises?|lait|fenêtres?|portail|appareils?|luminosité|messages?|notes?|aspirateur|café|cafetière|écran|pièce|commande|réservation|four)",
    it=r"(?:c|ça|tout|il|elle|ils|elles)",
    is_now=r"(?:est|sont|a été|ont été|'est|reste|restent)",
    state=r"(?:allumée?s?|éteinte?s?|ouverte?s?|fermée?s?|verrouillée?s?|en marche|activée?s?|lancée?s?|à \d+|sur la liste|passée?s?|prête?s?|verrouillée?s?)",
    has_been=r"(?:a été|ont été|vient d'être|viennent d'être|a bien été|ont bien été)",
    doing=r"(?!)",
    does=r"(?:s'ouvr\w+|se ferm\w+|tourne\w*|démarre\w*|joue\w*|s'allume\w*|s'éteint|s'éteignent|fonctionne\w*|chauffe|(?:est|sont) (?:en (?:marche|cours|route)|à \d+)|se lance)",
    now=r"(?:maintenant|désormais|à présent|comme demandé)",
    on_the_list=r"(?:est|sont) (?:maintenant |bien |déjà )*(?:sur|dans) (?:la|votre|ta) liste",
    finished=r"(?:c'est (?:fait|réglé|bon|parti|noté|en cours|chose faite)|fait|terminé|noté|voilà(?:,? c'est fait)?|tout est (?:prêt|réglé|fait)|"
    r"je m'en occupe|tout de suite)",
    first=r"(?:ok|d'accord|bien sûr|très bien|parfait|oui|entendu|certainement|bien|compris|voilà|super|avec plaisir|pas de problème|c'est bon)",
    denies=r"\b(?:ne|pas|jamais|aucune?|désolée?|impossible|rien|sans|malheureusement)\b|\bn'",
    doubts=r"(?:si|voulez|veux|souhaite\w*|dois|puis|est-ce|faut|quand|lorsque|que|qu'|avant|après|une fois)",
    asks=r"(?:est|sont|est-ce|quel\w*|combien|comment|où|quand|qui|que|quoi|pourquoi|y a|reste|as-tu|c'est|a-t|la|le|les)",
    requests=r"\b(?:peux|pourrais|pouvez|pourriez|veux|s'il te plaît|s'il vous plaît)\b|^(?:la|le|les)\b(?!.*\b(?:est|sont)\b)",
)
SPANISH = ClaimWords(
    done=r"(?:(?:encend|apag|activ|desactiv|configur|program|añad|agreg|elimin|quit|borr|inici|par|deten|cerr|bloque|desbloque|"
    r"cancel|baj|sub|aument|reduc|disminu|cre|envi|anot|guard|vaci|reproduc|ped|compr|reserv|modific|cambi|cort|atenu|"
    r"prolong|llam|avis|pausa?|silenci|ajust|establec|orden|termin|apunt|complet|arregl|empez|regul)(?:ad|id|íd)[oa]s?|"
    r"puest[oa]s?|abiert[oa]s?|hech[oa]s?|escrit[oa]s?|list[oa]s?)",
    any_done=r"(?:\w{2,}(?:ado|ido|ído)|puesto|abierto|hecho|escrito|roto|resuelto|vuelto)",
    harmless=r"(?:oído|leído|visto|pensado|entendido|encontrado|aprendido|tenido|sido|estado|sabido|querido|intentado|buscado|podido|olvidado|recibido|conocido|comprendido|nacido|vivido|lado|estado|sonido|ruido|sentido)",
    i_did=(
        r"(?:(?:lo|la|los|las|te|le|os|se|ya|me) )*(?:he|hemos|ha sido|han sido|se ha|se han|queda|quedan)",
        r"(?:acabo|acabamos) de \w+",
    ),
    i_do=r"(?:(?:lo |la |los |las |te |le |me )*(?:voy a|vamos a|enciendo|apago|pongo|añado|agrego|activo|desactivo|configuro|programo|cierro|"
    r"abro|bloqueo|cancelo|bajo la|bajo el|subo|aumento|reduzco|creo un|envío|anoto|guardo|reproduzco|pido|detengo|elimino|quito|borro|"
    r"apunto|aviso|llamo|hago|me encargo|estoy \w+ndo|acabo de|ajusto|recuerdo|recordaré|encendí|apagué|puse|añadí|agregué|configuré|programé|cerré|abrí|bloqueé|cancelé|"
    r"bajé|subí|aumenté|reduje|creé|envié|anoté|guardé|reproduje|pedí|detuve|eliminé|quité|borré|apunté|activé|desactivé|\w{3,}ré))\b",
    thing=r"(?:luz|luces|lámparas?|bombillas?|temporizador(?:es)?|alarmas?|despertador|recordatorios?|lista|volumen|música|radio|puertas?|"
    r"cerraduras?|garaje|persianas?|cortinas?|ventilador(?:es)?|calefacción|termostato|temperatura|tele\w*|enchufes?|leche|ventanas?|aparatos?|brillo|mensajes?|notas?|aspiradora|café|cafetera|pantalla|sonido|habitación|pedido|reserva|horno)",
    it=r"(?:esto|eso|todo|todas|todos)",
    is_now=r"(?:está|están|ha sido|han sido|fue|fueron|queda|quedan|se ha|se han|quedó|ya está|ya están)",
    state=r"(?:encendid[oa]s?|apagad[oa]s?|abiert[oa]s?|cerrad[oa]s?|bloquead[oa]s?|en marcha|activad[oa]s?|list[oa]s?|puest[oa]s?|hech[oa]s?|al \d+)",
    has_been=r"(?:ha sido|han sido|se ha|se han|acaba de ser|ha quedado|han quedado|ya está|ya están)",
    doing=r"(?:ya )?\w{2,}(?:ando|iendo)",
    does=r"(?:(?:se )?(?:está|están) (?:ya )?\w+ndo|(?:ya )?(?:está|están) \w+ndo|se abre\w*|se cierra\w*|se enciende\w*|se apaga\w*|funciona\w*|suena\w*|(?:está|están) (?:en marcha|al \d+|a \d+))",
    now=r"(?:ahora|ya|como (?:pediste|querías))",
    on_the_list=r"(?:está|están) (?:ahora |ya )*en (?:la|tu|su) lista",
    finished=r"(?:hecho|listo|(?:ya )?está (?:todo |ya )?hecho|ya está|terminado|todo listo|eso es todo|enseguida|ahora mismo|ya lo hago|en ello|marchando)",
    first=r"(?:ok|vale|claro|por supuesto|de acuerdo|muy bien|perfecto|sí|entendido|bien|genial|con gusto|ya|no hay problema|ningún problema|bueno)",
    denies=r"\b(?:no|nunca|jamás|ningun[oa]?|ningún|nada|lamento|lamentablemente|sin|imposible|siento)\b",
    doubts=r"(?:si|quieres|quiere|desea\w*|puedo|debo|cuando|que|antes|después|una vez|te gustaría)",
    asks=r"(?:está|están|qué|que|cuál\w*|cuánt\w*|cómo|dónde|cuándo|quién|por qué|hay|es|queda|quedan|has)",
    requests=r"\b(?:puedes|podrías|puede|podría|quieres|por favor)\b",
)
ITALIAN = ClaimWords(
    done=r"(?:acces[oaie]|spent[oaie]|chius[oaie]|apert[oaie]|mess[oaie]|fatt[oaie]|ridott[oaie]|aggiunt[oaie]|rimoss[oaie]|tolt[oaie]|"
    r"riprodott[oaie]|scritt[oaie]|pres[oaie]|"
    r"(?:impost|attiv|disattiv|elimin|cancell|avvi|ferm|blocc|sblocc|abbass|alz|aument|diminu|cre|invi|annot|salv|svuot|effettu|"
    r"ordin|compr|prenot|modific|cambi|prolung|chiam|avvis|regol|sospes|silenzi|complet|programm|annull|memorizz|termin|registr|inser|configur|interrott|segn)(?:at|it|ut)?[oaie])",
    any_done=r"(?:\w{2,}(?:ato|ata|ati|ate|ito|ita|iti|ite|uto|uta|uti|ute)|chius[oaie]|apert[oaie]|mess[oaie]|fatt[oaie]|scritt[oaie])",
    harmless=r"(?:sentito|letto|visto|pensato|capito|trovato|imparato|avuto|saputo|voluto|provato|cercato|potuto|dimenticato|ricevuto|conosciuto|stato|stata|vissuto|nato|dato|lato|estate|minuto|minuti|aiuto|vita|gita|tutte|notate)",
    i_did=(r"(?:(?:l'|le |li |lo |la |ti |vi |te lo |te l'|gli )*(?:ho|abbiamo)(?: già| appena)?)",),
    i_do=r"(?:(?:lo |la |li |le |ti |vi |te lo |ci )*(?:sto \w+ndo|accendo|spengo|imposto|aggiungo|metto|attivo|disattivo|chiudo|apro|blocco|annullo|"
    r"abbasso|alzo|aumento|riduco|creo|invio|annoto|salvo|riproduco|ordino|fermo|elimino|tolgo|rimuovo|cancello|segno|avviso|chiamo|faccio subito|"
    r"faccio|penso io|pensiamo noi|me ne occupo|provvedo|avvio|programmo|regolo|ricordo|\w{3,}rò))\b",
    thing=r"(?:luc[ei]|lampad\w+|timer|svegli[ae]|allarm[ei]|promemoria|lista|volume|musica|radio|port[ae]|serratur[ae]|garage|tapparell[ae]|"
    r"tend[ae]|ventilator[ei]|riscaldamento|termostato|temperatura|televisore|tv|pres[ae]|latte|finestr[ae]|dispositiv[oi]|luminosità|messaggi[oi]?|nota|aspirapolvere|caffè|schermo|audio|stanza|ordine|prenotazione|forno)",
    it=r"(?:tutto|questo)",
    is_now=r"(?:è|sono|è stat[oa]|sono stat[ie]|resta|restano)",
    state=r"(?:acces[oaie]|spent[oaie]|apert[oaie]|chius[oaie]|bloccat[oaie]|attiv[oaie]|in funzione|al \d+)",
    has_been=r"(?:è stat[oa]|sono stat[ie]|è tutto|sono tutt[ei]|viene|vengono|è già|sono già)",
    doing=r"(?:sto )?\w{2,}(?:ando|endo)",
    does=r"(?:si (?:sta|stanno) \w+ndo|(?:sta|stanno) \w+ndo|gira\w*|parte|partono|(?:è|sono) partit[oaie]|si apr\w+|si chiud\w+|si accend\w+|suona|suonano|funziona\w*|(?:è|sono) (?:in funzione|al \d+|a \d+))",
    now=r"(?:ora|adesso|già|come richiesto)",
    on_the_list=r"(?:è|sono) (?:ora |già )*(?:nella|sulla) (?:tua |vostra )?lista",
    finished=r"(?:fatto|ecco fatto|tutto fatto|è fatto|già fatto|pronto|tutto pronto|tutto a posto|finito|subito|ci penso io|provvedo|arriva)",
    first=r"(?:ok|va bene|certo|certamente|d'accordo|perfetto|sì|capito|bene|benissimo|subito|volentieri|nessun problema|ecco|ottimo)",
    denies=r"\b(?:non|mai|nessun\w*|niente|dispiace|purtroppo|senza|impossibile|spiacente)\b",
    doubts=r"(?:se|vuoi|vuole|desideri|posso|devo|quando|che|prima|dopo|una volta|vorresti)",
    asks=r"(?:è|sono|che|cosa|qual\w*|quant\w*|come (?:è|va|sta|stanno|sono)|dove|quando|chi|perché|c'è|ci sono|hai|la|le|il)",
    requests=r"\b(?:puoi|potresti|può|potrebbe|vuoi|per favore)\b|^(?:la|le|il)\b(?!.*\b(?:è|sono)\b)",
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
LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH)
