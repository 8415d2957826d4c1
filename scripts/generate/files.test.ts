import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { generatedFiles } from './files.ts'

const files = await generatedFiles()

test.each([...files])('%s is what "pnpm generate" writes', async (path, text) => {
  const onDisk = await readFile(resolve(import.meta.dirname, '../..', path), 'utf8')
  expect(onDisk).toBe(text)
})
