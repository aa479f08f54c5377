# make run    the main job: the anomaly-detection study on the embedded sample, from events to a page
# make test   build and run every test
SWIFT ?= swift
WINNOW = .build/release/winnow
# Everything but generated code.
HANDWRITTEN = Package.swift $(filter-out Sources/ONNXSchema,$(wildcard Sources/*)) Tests Benchmarks/Sources

.PHONY: run test build lint format clean dependencies test-dependencies

run: dependencies
	$(SWIFT) build -c release --product winnow
	$(WINNOW) study anomaly-detection --data Examples/anomaly-detection --quick -o build/anomaly-detection

test: test-dependencies
	$(SWIFT) test -c release -Xswiftc -enable-testing

build: dependencies
	$(SWIFT) build -c release --product winnow

dependencies:
	@Scripts/install-dependencies --for run

test-dependencies:
	@Scripts/install-dependencies --for test

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(HANDWRITTEN)

format:
	$(SWIFT) format --in-place --recursive --parallel $(HANDWRITTEN)

clean:
	rm -rf .build build
