# ruff: noqa: E501 - word lists
"""How French, Spanish and Italian claim that something was or will be done at home."""

from assistant.think.claims_words import ClaimWords

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
