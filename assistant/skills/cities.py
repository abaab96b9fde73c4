"""Big cities and countries → their time zones (IANA names)."""

from typing import Final

_ZONES: Final = {
    "Africa/Cairo": "cairo, egypt",
    "Africa/Casablanca": "casablanca, morocco",
    "Africa/Johannesburg": "johannesburg, cape town, durban, south africa",
    "Africa/Lagos": "lagos, nigeria",
    "Africa/Nairobi": "nairobi, kenya",
    "America/Argentina/Buenos_Aires": "buenos aires, argentina",
    "America/Anchorage": "anchorage, alaska",
    "America/Bogota": "bogota, colombia",
    "America/Caracas": "caracas, venezuela",
    "America/Chicago": "chicago, dallas, houston, austin, texas, new orleans, minneapolis, saint louis",
    "America/Denver": "denver, salt lake city, colorado",
    "America/Halifax": "halifax",
    "America/Havana": "havana, cuba",
    "America/Lima": "lima, peru",
    "America/Los_Angeles": (
        "los angeles, san francisco, seattle, san diego, las vegas, portland, california, hollywood"
    ),
    "America/Mexico_City": "mexico city, mexico",
    "America/New_York": (
        "new york, new york city, boston, washington, philadelphia, miami, atlanta, detroit, orlando, florida"
    ),
    "America/Phoenix": "phoenix, arizona",
    "America/Santiago": "santiago, chile",
    "America/Sao_Paulo": "sao paulo, rio de janeiro, rio",
    "America/Toronto": "toronto, ottawa, montreal, quebec",
    "America/Vancouver": "vancouver",
    "Asia/Baghdad": "baghdad, iraq",
    "Asia/Bangkok": "bangkok, thailand",
    "Asia/Colombo": "colombo, sri lanka",
    "Asia/Dhaka": "dhaka, bangladesh",
    "Asia/Dubai": "dubai, abu dhabi",
    "Asia/Ho_Chi_Minh": "ho chi minh city, saigon, hanoi, vietnam",
    "Asia/Hong_Kong": "hong kong",
    "Asia/Jakarta": "jakarta",
    "Asia/Jerusalem": "jerusalem, tel aviv, israel",
    "Asia/Karachi": "karachi, lahore, pakistan",
    "Asia/Kathmandu": "kathmandu, nepal",
    "Asia/Kolkata": "delhi, new delhi, mumbai, bangalore, calcutta, kolkata, chennai, india",
    "Asia/Kuala_Lumpur": "kuala lumpur, malaysia",
    "Asia/Manila": "manila, the philippines, philippines",
    "Asia/Riyadh": "riyadh, saudi arabia",
    "Asia/Seoul": "seoul, korea, south korea",
    "Asia/Shanghai": "shanghai, beijing, peking, shenzhen, china",
    "Asia/Singapore": "singapore",
    "Asia/Taipei": "taipei, taiwan",
    "Asia/Tehran": "tehran, iran",
    "Asia/Tokyo": "tokyo, osaka, kyoto, japan",
    "Atlantic/Reykjavik": "reykjavik, iceland",
    "Australia/Adelaide": "adelaide",
    "Australia/Brisbane": "brisbane",
    "Australia/Melbourne": "melbourne",
    "Australia/Perth": "perth",
    "Australia/Sydney": "sydney, canberra",
    "Etc/UTC": "utc, greenwich mean time, gmt, coordinated universal time",
    "Europe/Amsterdam": "amsterdam, rotterdam, the hague, the netherlands, netherlands, holland",
    "Europe/Athens": "athens, greece",
    "Europe/Belgrade": "belgrade, serbia",
    "Europe/Berlin": "berlin, munich, hamburg, frankfurt, cologne, germany",
    "Europe/Brussels": "brussels, belgium",
    "Europe/Bucharest": "bucharest, romania",
    "Europe/Budapest": "budapest, hungary",
    "Europe/Copenhagen": "copenhagen, denmark",
    "Europe/Dublin": "dublin, ireland",
    "Europe/Helsinki": "helsinki, finland",
    "Europe/Istanbul": "istanbul, ankara, turkey",
    "Europe/Kyiv": "kyiv, kiev, ukraine",
    "Europe/Lisbon": "lisbon, porto, portugal",
    "Europe/London": "london, manchester, edinburgh, glasgow, england, scotland, wales, the uk, britain",
    "Europe/Madrid": "madrid, barcelona, valencia, seville, spain",
    "Europe/Moscow": "moscow",
    "Europe/Oslo": "oslo, norway",
    "Europe/Paris": "paris, lyon, marseille, france",
    "Europe/Prague": "prague, czechia, the czech republic",
    "Europe/Rome": "rome, milan, naples, venice, florence, italy",
    "Europe/Sofia": "sofia, bulgaria",
    "Europe/Stockholm": "stockholm, sweden",
    "Europe/Vienna": "vienna, austria",
    "Europe/Warsaw": "warsaw, krakow, poland",
    "Europe/Zurich": "zurich, geneva, bern, switzerland",
    "Pacific/Auckland": "auckland, wellington, new zealand",
    "Pacific/Honolulu": "honolulu, hawaii",
}
_ALIKE: Final = {"saint": "st", "st": "saint"}

CITIES: Final = {name: zone for zone, names in _ZONES.items() for name in names.split(", ")}
"""Lower case, without accents."""


def zone_of(place: str) -> str | None:
    """The zone of a place named in plain words; None where the table does not have it."""
    wanted = " ".join(place.casefold().split())
    other = " ".join(_ALIKE.get(word, word) for word in wanted.split())
    return CITIES.get(wanted) or CITIES.get(other)
