import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program as rbee } from '../../commands/rbee/index.ts'
import { program as catalog } from '../../commands/rbee-catalog/index.ts'
import { program as hive } from '../../commands/rbee-hive/index.ts'
import { program as publish } from '../../commands/rbee-publish/index.ts'
import type { ProgramSpec } from '../define.ts'
import { bashScript } from './bash.ts'
import { completionTree } from './completion-tree.ts'
import { fishScript } from './fish.ts'
import { functionName } from './quoting.ts'
import { zshScript } from './zsh.ts'

const PROGRAMS = [hive, rbee, publish, catalog]

let folder: string
let home: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee completion '))
  home = join(folder, 'it’s $(a) home')
  for (const id of ['llm-worker', 'ocr-worker', '$(touch evil)', 'a;b'])
    await mkdir(join(home, 'workers', id), { recursive: true })
  for (const id of ['llm-worker', 'ocr-worker', '$(touch evil)', 'a;b'])
    await writeFile(join(home, 'workers', id, 'active.json'), '{}')
  await mkdir(join(home, 'running'))
  for (const name of ['llm-worker', 'second', '`touch evil`'])
    await writeFile(join(home, 'running', `${name}.json`), '{}')
  await writeFile(join(folder, 'a model.gguf'), '')
  await writeFile(join(folder, 'other.bin'), '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Complete = (spec: ProgramSpec, words: readonly string[]) => Promise<string[]>

function hasShell(name: string): boolean {
  try {
    execFileSync(name, ['-c', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a shell without the user's own settings, and gives the lines that it prints. */
function shell(program: string, args: readonly string[]): Promise<string[]> {
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: folder, RBEE_HOME: home },
  }
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error || stderr !== '') reject(error ?? new Error(stderr))
      else resolve(stdout.split('\n').filter((line) => line !== ''))
    })
  })
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

const inBash: Complete = async (spec, words) => {
  const file = join(folder, `${spec.name}.bash`)
  await writeFile(file, bashScript(completionTree(spec)))
  const line = [spec.name, ...words].map(quote).join(' ')
  const script = `source ${quote(file)}; complete -p ${spec.name} >/dev/null || exit 1
    compopt() { :; }
    COMP_WORDS=(${line}); COMP_CWORD=${words.length}; ${functionName(spec.name)}; printf '%s\\n' "\${COMPREPLY[@]}"`
  return shell('bash', ['--norc', '--noprofile', '-c', script])
}

/** Stands in for the completion system, which needs a terminal: prints what it is given. */
const ZSH_STAND_INS = `
  compdef() { :; }
  compset() { cur=\${cur#*=}; }
  compadd() { if [[ $1 == -a ]]; then local n=$2; print -l -- \${(P)n}; else print -l -- "$@"; fi }
  _describe() { local n=$2; print -l -- \${\${(P)n}%%:*}; }
  _files() { print -l -- *(N); }`

const inZsh: Complete = async (spec, words) => {
  const file = join(folder, `${spec.name}.zsh`)
  await writeFile(file, zshScript(completionTree(spec)))
  const line = [spec.name, ...words].map(quote).join(' ')
  const script = `${ZSH_STAND_INS}
    source ${quote(file)}; words=(${line}); CURRENT=${words.length + 1}; ${functionName(spec.name)}`
  const offered = await shell('zsh', ['-fc', script])
  const last = words.at(-1)?.replace(/^--[a-z-]+=/, '') ?? ''
  return offered.filter((word) => word.startsWith(last))
}

const inFish: Complete = async (spec, words) => {
  const file = join(folder, `${spec.name}.fish`)
  await writeFile(file, fishScript(completionTree(spec)))
  const line = [spec.name, ...words].join(' ')
  const script = `source ${quote(file)}; complete -C ${quote(line)}`
  const offered = await shell('fish', ['--no-config', '-c', script])
  return offered.map((text) => text.split('\t')[0] ?? '').map((text) => text.replace(/^--[a-z-]+=/, ''))
}

const SHELLS = { bash: inBash, zsh: inZsh, fish: inFish } as const

describe.each(Object.entries(SHELLS))('in %s', (name, complete) => {
  const present = hasShell(name)
  const test = present ? it : it.skip
  const suffix = present ? '' : ` (${name} is not installed)`

  test(`every program offers its commands and flags${suffix}`, async () => {
    for (const spec of PROGRAMS) {
      for (const { at, commands, flags } of completionTree(spec).places) {
        const words = at === '' ? [] : at.split(' ')
        if (commands.length > 0)
          expect(await complete(spec, [...words, ''])).toEqual(
            expect.arrayContaining(commands.map((inner) => inner.name)),
          )
        if (name !== 'bash' && at.includes(' ')) continue
        const long = flags.map((flag) => flag.name).filter((flag) => flag.startsWith('--'))
        expect((await complete(spec, [...words, '--'])).toSorted(), at).toEqual(
          expect.arrayContaining(long.toSorted()),
        )
      }
    }
  }, 120_000)

  test.each([
    ['what is installed', ['run', ''], ['llm-worker', 'ocr-worker']],
    ['what begins like that', ['uninstall', 'oc'], ['ocr-worker']],
    ['what runs', ['stop', ''], ['llm-worker', 'second']],
    ['commands behind a flag with a value', ['--quiet', 'st'], ['status', 'stop']],
    ['nothing for a number', ['run', 'llm-worker', '--port', ''], []],
    ['workers behind a value that is named as a command', ['logs', '--lines', 'stop', 'se'], ['second']],
    ['shells', ['completion', 'z'], ['zsh']],
    ['files behind a lone --', ['run', 'llm-worker', '--', 'oth'], ['other.bin']],
  ])(`offers %s${suffix}`, async (_what, words, expected) => {
    expect((await complete(hive, words)).toSorted()).toEqual(expected)
  })

  test(`offers files for a model, with blanks in their names${suffix}`, async () => {
    expect(await complete(hive, ['run', 'llm-worker', '--model', 'oth'])).toEqual(['other.bin'])
    const offered = await complete(hive, ['run', 'llm-worker', '--model', 'a'])
    expect(offered.map((file) => file.replaceAll('\\', ''))).toEqual(['a model.gguf'])
  })

  test(`expands nothing that names of files hold${suffix}`, async () => {
    await complete(hive, ['run', ''])
    await complete(hive, ['stop', ''])
    const left = await shell('ls', [folder])
    expect(left).not.toContain('evil')
  })
})

describe('the scripts', () => {
  it('quote what descriptions hold', () => {
    const tree = completionTree({
      name: 'rbee-hive',
      summary: '',
      commands: [{ name: 'a', summary: `it's $(x) \`y\` \\ "z"`, options: [] }],
    })
    expect(zshScript(tree)).toContain(`'a:it'\\''s $(x) \`y\` \\ "z"'`)
    expect(fishScript(tree)).toContain(`-d 'it\\'s $(x) \`y\` \\\\ "z"'`)
  })

  it('know no flag that takes a value in one place of a command and none in another', () => {
    for (const spec of PROGRAMS) {
      for (const { flags } of completionTree(spec).places) {
        const names = flags.map((flag) => flag.name)
        expect(new Set(names).size).toBe(names.length)
      }
    }
  })
})
