export {
  buildForTest,
  type CommandOutcome,
  filesOf,
  folderDigest,
  newestGlibc,
  run,
  runBuildScript,
  runInBareRoot,
  type TestArtifact,
} from './artifact.ts'
export { type CheckResult, type ConformanceOptions, checkConformance } from './conformance.ts'
export {
  finishReasonOf,
  type ReadStream,
  readEvents,
  type StreamEvent,
  textOf,
  type Usage,
} from './event-stream.ts'
export { type FakeLease, type FakeLicense, fakeLicense } from './fake-license.ts'
export {
  type FinishedProgram,
  type RunningWorker,
  runToEnd,
  type StartOptions,
  startWorker,
  TEST_TIME,
} from './running-worker.ts'
