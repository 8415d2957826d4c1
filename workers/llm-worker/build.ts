import { runBuild } from '@rbee/worker-sdk/build'
import { selfTestModel } from './src/selftest-model.ts'

process.exitCode = await runBuild(
  {
    folder: import.meta.dirname,
    targets: ['linux-x86_64/cpu'],
    plan: (folder) => ({
      folder,
      program: 'llm-worker',
      entries: ['src/main.ts', 'src/engine.ts'],
      packages: [
        { name: '@fugood/llama.node', include: ['lib/*.js'] },
        { name: '@fugood/node-llama-linux-x64', via: '@fugood/llama.node', include: ['index.node'] },
      ],
      // llama.cpp is built with OpenMP, whose runtime minimal systems lack.
      systemLibraries: ['libgomp.so.1'],
      files: [
        { to: 'models/self-test.gguf', from: selfTestModel() },
        { to: 'LICENSE', from: '../../LICENSE' },
        { to: 'README.md', from: 'README.md' },
      ],
      licences: [
        { name: 'llama.cpp and ggml (in @fugood/node-llama-linux-x64)', file: 'licences/llama.cpp.txt' },
        { name: 'GNU OpenMP runtime (lib/native/libgomp.so.1)', file: 'licences/libgomp.txt' },
      ],
    }),
  },
  process,
)
