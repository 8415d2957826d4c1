import { buildArtifact, readBuildTarget, refuseOtherTargets } from '@rbee/worker-sdk/build'
import { selfTestModel } from './src/selftest-model.ts'

const target = readBuildTarget(process.env, import.meta.dirname)
refuseOtherTargets(target, ['linux-x86_64/cpu'])

const built = await buildArtifact(
  {
    folder: import.meta.dirname,
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
  },
  target,
)
process.stderr.write(
  `built ${built.output}: ${built.files} files, ${(built.size / 2 ** 20).toFixed(1)} MiB\n`,
)
