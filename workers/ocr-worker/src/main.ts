import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { runAsProgram } from '@rbee/worker-sdk/node'
import manifest from '../package.json' with { type: 'json' }
import { createOcrWorker } from './worker.ts'

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url))

// Paths are those of the artifact, where this file is lib/main.mjs.
await runAsProgram(
  createOcrWorker(
    manifest.version,
    {
      engine: beside('./engine.mjs'),
      models: {
        detection: beside('../models/detection.onnx'),
        recognition: beside('../models/recognition.onnx'),
        dictionary: beside('../models/dictionary.txt'),
      },
      selfTestImage: beside('../models/self-test.png'),
    },
    availableParallelism(),
  ),
)
