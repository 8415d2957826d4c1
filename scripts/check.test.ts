import { execFile } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')

it('passes its own checks: types, lint and format, import direction, dead exports', async () => {
  const { code, output } = await runCheck()
  expect(output).toMatch(/^ok {5}types$/m)
  expect(code, output).toBe(0)
}, 180_000)

function runCheck(): Promise<{ code: number; output: string }> {
  const env = { ...process.env, PATH: `${join(PROJECT, 'node_modules/.bin')}:${process.env.PATH}` }
  return new Promise((settle) => {
    execFile(process.execPath, ['scripts/check.ts'], { cwd: PROJECT, env }, (error, stdout, stderr) => {
      settle({ code: error ? 1 : 0, output: stdout + stderr })
    })
  })
}
