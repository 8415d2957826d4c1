import type { Call } from './calls.ts'

/** Interpreters whose short programs on the command line are looked into. */
const CODE_RUNNERS =
  /^(?:python[\d.]*|pypy3?|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|lua[\d.]*|luajit|php[\d.]*|tclsh[\d.]*)$/

/** Whether a program is an interpreter of a language other than the shell's. */
export function isCodeRunner(program: string): boolean {
  return CODE_RUNNERS.test(program)
}

/**
 * Code that an interpreter is given on its command line or as a text on its standard input: `-c CODE`, `-eCODE`,
 * `--eval=CODE`, and the modules it is told to load.
 */
export function codeTexts({ args, input }: Call): readonly string[] {
  const texts = args.flatMap((word, index) => {
    if (/^-(?:[a-zA-Z]*[ceEpr]|-(?:eval|print))$/.test(args[index - 1] ?? '')) return [word]
    const attached =
      /^(?:--(?:eval|print)=|-[a-zA-Z]*?[ceE](?=[^a-zA-Z]|[a-zA-Z]+[^a-zA-Z-])|-[Mr](?=.))([\s\S]+)$/.exec(
        word,
      )
    return attached?.[1] === undefined ? [] : [attached[1]]
  })
  return input.kind === 'text' && input.text !== null ? [...texts, input.text] : texts
}
