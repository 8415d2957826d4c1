import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { askShellcheck } from './shellcheck.ts'

const ORDINARY = new URL('../../../../../packages/checker/fixtures/ordinary/', import.meta.url)

function isInstalled(): boolean {
  try {
    execFileSync('shellcheck', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('is silent where shellcheck is not installed', async () => {
  expect(await askShellcheck('[ 1 ] && true\n', '/nowhere')).toEqual([])
})

it('says nothing of PKGBUILDs as packagers write them', async (context) => {
  if (!isInstalled()) context.skip('shellcheck is not installed')
  for (const name of await readdir(ORDINARY)) {
    const text = await readFile(new URL(name, ORDINARY), 'utf8')
    expect(await askShellcheck(text, process.env.PATH), name).toEqual([])
  }
})

it('tells what is a fault in any script', async (context) => {
  if (!isInstalled()) context.skip('shellcheck is not installed')
  expect(await askShellcheck('build() {\n  if [ -n 1 ]; then make; fi\n}\n', process.env.PATH)).toMatchObject(
    [{ rule: 'shellcheck', line: 2 }],
  )
})
