# make run    the main job: compile, simulate and prove the embedded network
# make test   build and run every test
SWIFT ?= swift
WINNOW = .build/release/winnow
# Everything but generated code.
HANDWRITTEN = Package.swift $(filter-out Sources/ONNXSchema,$(wildcard Sources/*)) Tests Benchmarks/Sources

.PHONY: run test build lint format clean dependencies test-dependencies

run: dependencies
	$(SWIFT) build -c release --product winnow
	$(WINNOW) compile Examples/first-light/encoder.onnx -o build/first-light --clock 200 --device xcvu9p
	$(WINNOW) verify build/first-light --vectors 10000

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
