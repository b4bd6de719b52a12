"""Small words of French: what goes before a noun, what stands inside a phrase, and what never names a subject."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


DETERMINERS = _words("""
    le la les l un une des du d de au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur
    leurs quelques plusieurs chaque aucun aucune
""")
INSIDE = _words("""
    de du des d la l le les à a au aux en pour sur entre et
""")
SMALL = DETERMINERS | _words("""
    a à ai aie aient aies ainsi alors après as assez au aucun aura aurait autre autres aux avant avec avez avoir
    avons ayant beaucoup bien bon bonne c car ceci cela celle celles celui ces cet ceux chez chose choses ci comme
    comment contre d dans depuis dessous dessus deux devrait doit doivent donc dont du elle elles en encore enfin
    entre es est et etc etaient etait etant ete etre eu eux faire fait fais faut faudrait fois font grand grande
    grands gros hors ici il ils j je jusque l la là le les leur lors lui m ma mais me meme memes merci mes mieux moi
    moins mon n ne ni non nos notre nous on ont or ou où oui par parce pas pendant peu peut peuvent peux plus plutôt
    plutot pour pourquoi pourrait pouvoir puis qu quand que quel quelle quelles quels qui quoi rien s sa sans sauf
    se sera serait seront ses si soit sommes son sont sous souvent suis sur surtout t ta tant te tel telle tellement
    tes toi ton toujours tous tout toute toutes tres trop tu un une va vais vers veut veux vos votre vous vraiment y
    premier premiere dernier derniere meilleur meilleure certains certaines part cas façon facon manière maniere fin
    lieu sujet point points ans an jour jours personne gens ca cependant toutefois effectivement aussi deja bref
    vrai vraie seul seule seuls mettre prendre permettre avis
""")
