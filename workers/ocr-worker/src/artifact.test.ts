import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  buildForTest,
  filesOf,
  folderDigest,
  newestGlibc,
  run,
  runBuildScript,
  runInBareRoot,
  type TestArtifact,
} from '@rbee/worker-sdk/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const WORKER = path.resolve(import.meta.dirname, '..')
const TARGET = { platform: 'linux-x86_64', variant: 'cpu', version: manifest.version }
const HERE = `${process.platform}-${process.arch}`
const BARE_ROOT = process.env.RBEE_BARE_ROOT ?? ''

describe.skipIf(HERE !== 'linux-x64')(`the artifact for linux-x86_64 (this machine is ${HERE})`, () => {
  let artifact: TestArtifact
  beforeAll(async () => {
    artifact = await buildForTest(WORKER, TARGET)
  })
  afterAll(() => artifact[Symbol.asyncDispose]())

  it('holds the native code of one platform, its models and no links', async () => {
    const files = await filesOf(artifact.folder)
    expect(files.filter((file) => /\.(?:node|so|dll|dylib|exe)\b/.test(file))).toEqual([
      'lib/node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.42',
      'lib/node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node',
      'lib/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
      'lib/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
    ])
    expect(files.filter((file) => file.startsWith('models/') || !file.includes('/'))).toEqual([
      'LICENSE',
      'README.md',
      'THIRD_PARTY_LICENSES.txt',
      'models/detection.onnx',
      'models/dictionary.txt',
      'models/recognition.onnx',
      'models/self-test.png',
    ])
  })

  it('names every licence', async () => {
    const licences = await readFile(path.join(artifact.folder, 'THIRD_PARTY_LICENSES.txt'), 'utf8')
    for (const name of [
      'Node.js 24',
      'onnxruntime-node 1',
      'sharp 0',
      '@techstark/opencv-js 4',
      'PP-OCRv4',
      'libvips',
    ]) {
      expect(licences).toContain(`\n${name}`)
    }
  })

  it('has the same bytes when it is built again elsewhere', async () => {
    await using again = await buildForTest(WORKER, TARGET)
    expect(await folderDigest(again.folder)).toBe(await folderDigest(artifact.folder))
  })

  it('asks for no newer C library than the manifest states', async () => {
    const toml = await readFile(path.join(WORKER, 'worker.toml'), 'utf8')
    const stated = /\[requirements\.cpu\][^[]*libc = "glibc >=2\.(\d+)"/.exec(toml)?.[1]
    const needed = (await newestGlibc(artifact.folder))?.split('.')[1]
    expect(Number(stated)).toBeGreaterThanOrEqual(Number(needed))
  })

  it('passes its self-test without settings of the machine', async () => {
    const { code, stdout } = await run(path.join(artifact.folder, 'bin/ocr-worker'), ['--self-test'], '/', {})
    expect(JSON.parse(stdout)).toMatchObject({ self_test: 'passed' })
    expect(code).toBe(0)
  })

  it('passes its self-test in a bare Debian without Node and network', async (context) => {
    if (!existsSync(path.join(BARE_ROOT, 'bin/sh')) || BARE_ROOT === '') {
      context.skip('RBEE_BARE_ROOT names no folder that debootstrap made (.ci/run makes one)')
    }
    if (!existsSync('/usr/bin/bwrap')) context.skip('the Debian package bubblewrap is missing')
    const { code, stdout, stderr } = await runInBareRoot(BARE_ROOT, artifact.folder, [
      'bin/ocr-worker',
      '--self-test',
    ])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ self_test: 'passed' })
    expect(code).toBe(0)
  })
})

describe('the build', () => {
  it('refuses platforms that it cannot make, in a sentence', async () => {
    const target = { ...TARGET, platform: 'windows-x86_64', output: 'dist/refused' }
    expect(await runBuildScript(WORKER, target)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*windows-x86_64\/cpu.*\nnext: .*\n$/),
    })
  })
})
