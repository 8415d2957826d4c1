import type { Call, ScriptReading } from './calls.ts'
import { isCodeRunner } from './code-texts.ts'
import { PKG_DIR } from './markers.ts'
import { resolvePath } from './places.ts'
import { runFile } from './run-files.ts'
import { SHELLS } from './shell-texts.ts'
import { programName } from './wrappers.ts'

/** Files that tools for building run or obey by their names. */
const BUILD_FILE =
  /(?:^|\/)(?:GNUmakefile|[Mm]akefile[^/]*|[^/]+\.(?:mk|cmake)|CMakeLists\.txt|build\.rs|setup\.py|conftest\.py|package\.json|meson\.build|build\.gradle|configure)$/
/** What such a file has no need of: downloads, and programs that are started to download. */
const FETCHING =
  /(?:^|[\s"'`;|&(@])(?:curl|wget|nc|ncat)[\s"'`,)]|\bfile\s*\(\s*DOWNLOAD|ExternalProject_Add|FetchContent_Declare|TcpStream|urlopen|urlretrieve|\/dev\/tcp\//
/** Programs that run something else, so that another name for them hides what is run. */
const FETCHERS = /^(?:curl|wget2?|aria2c|nc|ncat|netcat|socat|ssh|scp|busybox|sudo|env|xargs)$/

/** A text that is written into a file, and then run or obeyed. */
export interface WrittenCode {
  readonly call: Call | null
  readonly path: string
  readonly text: string
  readonly line: number
}

/** Code of other languages than the shell's that a script writes and then runs. */
export function runCode({ writes, calls }: ScriptReading): readonly WrittenCode[] {
  return writes.flatMap(({ path, text, place }) => {
    if (text === null) return []
    const call = calls.find((one) => isCodeRunner(one.program ?? '') && runFile(one) === path)
    return call === undefined ? [] : [{ call, path, text, line: place.line }]
  })
}

/** Build files that a script writes so that the build downloads something. */
export function fetchingBuildFiles({ writes }: ScriptReading): readonly WrittenCode[] {
  return writes.flatMap(({ path, text, place }) =>
    text !== null && BUILD_FILE.test(path) && !path.startsWith(`${PKG_DIR}/`) && FETCHING.test(text)
      ? [{ call: null, path, text, line: place.line }]
      : [],
  )
}

/** Commands that run a copy of, or a link to, a shell or a program that downloads, under another name. */
export function renamedPrograms({ calls }: ScriptReading): readonly (readonly [Call, string])[] {
  const copies = new Map<string, string>()
  for (const { program, args, folder } of calls) {
    if (!/^(?:cp|ln|mv|install)$/.test(program ?? '')) continue
    const words = args.filter((word) => !word.startsWith('-'))
    const target = words.at(-1)
    const source = programName(words.at(-2) ?? '')
    if (target === undefined || !(SHELLS.has(source) || FETCHERS.test(source))) continue
    copies.set(resolvePath(target, folder), source)
  }
  return calls.flatMap((call) => {
    const source = copies.get(runFile(call) ?? '')
    return source === undefined ? [] : [[call, source] as const]
  })
}
