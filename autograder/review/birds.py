"""Names of birds, which stand for students while their work is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator

_BIRDS = """Avocet Bittern Blackbird Bluethroat Brambling Bulbul Bunting Bustard Buzzard Capercaillie Cassowary Chaffinch Chiffchaff
Condor Coot Cormorant Corncrake Crane Crossbill Cuckoo Curlew Dabchick Dipper Diver Dotterel Dunlin Dunnock Eagle Egret
Eider Falcon Fieldfare Finch Firecrest Flamingo Flycatcher Francolin Frigatebird Fulmar Gadwall Gallinule Gannet Garganey
Godwit Goldcrest Goldeneye Goldfinch Goosander Goshawk Grebe Greenfinch Greenshank Grosbeak Grouse Guillemot Gyrfalcon
Harrier Hawfinch Heron Hobby Honeyguide Hoopoe Hornbill Hummingbird Ibis Jabiru Jacana Jackdaw Jay Kestrel Killdeer
Kingfisher Kite Kittiwake Kiwi Knot Lapwing Lark Linnet Loon Lorikeet Lyrebird Macaw Magpie Mallard Manakin Martin
Merganser Merlin Moorhen Motmot Mynah Nighthawk Nightingale Nutcracker Nuthatch Oriole Osprey Ostrich Ouzel Ovenbird
Oystercatcher Parakeet Partridge Pelican Peregrine Petrel Phalarope Pheasant Phoebe Pintail Pipit Pitta Plover Pochard
Pratincole Ptarmigan Puffin Quail Quetzal Rail Raven Razorbill Redpoll Redshank Redstart Redwing Robin Roller Rook Ruff
Sanderling Sandgrouse Sandpiper Sapsucker Scaup Scoter Serin Shearwater Shelduck Shoveler Shrike Siskin Skimmer Skua
Skylark Smew Snipe Sparrow Spoonbill Starling Stilt Stonechat Stork Sunbird Swallow Swan Swift Tanager Teal Tern Thrush
Toucan Treecreeper Turaco Turnstone Twite Vireo Wagtail Warbler Waxwing Weaver Wheatear Whimbrel Whinchat Whitethroat
Wigeon Woodcock Woodlark Woodpecker Wren Wryneck Yellowhammer Yellowlegs"""
_COLORS = "Amber Azure Copper Coral Golden Gray Green Indigo Ivory Olive Pearl Purple Red Rust Scarlet Silver"


def birds(taken: Collection[str]) -> Iterator[str]:
    """The birds that are still free, without end: alone, then with a color, then with a number."""
    alone, number = _BIRDS.split(), 0
    while True:
        names = alone if not number else [f"{color} {bird}" for color in _COLORS.split() for bird in alone]
        suffix = f" {number}" if number > 1 else ""
        yield from (f"{name}{suffix}" for name in names if f"{name}{suffix}" not in taken)
        number += 1
