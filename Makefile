# Concertia : les commandes de tous les jours. « make » seul les énumère.
PYTHON ?= python3
PORT ?= 8000
export CONCERTIA_HOME ?= $(CURDIR)/var

.PHONY: help serve install test check bench fmt lock screenshots

help: ## énumérer ces commandes
	@echo "Concertia — commandes :"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "Réglages : PORT=8123 make serve ; DATABASE_URL=postgres://… make serve ; PYTHON=python3.12 make serve"

serve: ## préparer tout ce qui manque, puis servir une démonstration sur http://127.0.0.1:8000/
	@$(PYTHON) scripts/environment.py
	@exec .venv/bin/concertia serve --demonstration --port $(PORT)

install: ## installer les paquets et la commande .venv/bin/concertia, sans rien servir
	@$(PYTHON) scripts/environment.py

test: ## essais sur SQLite, et le parcours principal si Chromium est installé (10 minutes au plus)
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/python scripts/checks.py test

check: ## tout ce que fait l’intégration continue : style, couches, types, migrations, essais sur les deux bases, tous les parcours, coupures (60 minutes au plus)
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/python scripts/checks.py check

bench: ## mesurer ; une ligne JSON par chiffre. ONLY="pdf backup" pour choisir
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/python -m bench.run $(ONLY)

fmt: ## remettre le code en forme
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

lock: ## verrouiller à nouveau les versions des paquets, avec leurs empreintes
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/python scripts/lock.py

screenshots: ## photographier les pages de la démonstration dans docs/captures/
	@$(PYTHON) scripts/environment.py --dev
	@.venv/bin/python scripts/screenshots.py
