.DEFAULT_GOAL := help
.PHONY: help build fmt docs test check run bench docker-test

MVN ?= mvn -B
ARGS ?=
# The formatter runs inside Maven's own JVM and needs 21 there: make fmt JAVA_HOME=/path/to/jdk-21-or-newer

help: ## Show this help
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

build: ## Compile and make api/target/sequitur.jar, without tests
	$(MVN) -DskipTests package

fmt: ## Format the Java sources (needs JAVA_HOME at 21 or newer)
	$(MVN) spotless:apply

docs: ## Refresh what is written from the code: openapi.yml, docs/problems.md, the reference of docs/catalogue.md
	$(MVN) test -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dsequitur.docs=write

test: ## Run the tests; one of them: make test ARGS='-pl workflows -Dtest=RetryScheduleTest'
	$(MVN) test $(ARGS)

check: docker-test ## Everything a change must pass
	$(MVN) verify

run: ## Run everything in one process: sequitur dev
	./sequitur dev $(ARGS)

bench: ## Offer load and measure, e.g. make bench ARGS='--rate 25,200 --seconds 10'
	./sequitur bench $(ARGS)

docker-test: ## Test the container's scripts, without Docker
	sh docker/test.sh
