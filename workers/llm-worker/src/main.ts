import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { runAsProgram } from '@rbee/worker-sdk/node'
import manifest from '../package.json' with { type: 'json' }
import { createLlmWorker } from './worker.ts'

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url))

// Paths are those of the artifact, where this file is lib/main.mjs.
await runAsProgram(
  createLlmWorker(
    manifest.version,
    { engine: beside('./engine.mjs'), selfTestModel: beside('../models/self-test.gguf') },
    availableParallelism(),
  ),
)
