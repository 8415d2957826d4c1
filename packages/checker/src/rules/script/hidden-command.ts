import type { Problem, Rule } from '../../rule.ts'
import type { Call } from '../../script/calls.ts'
import { codeTexts, isCodeRunner } from '../../script/code-texts.ts'
import { isUnknown, shown } from '../../script/markers.ts'
import { runFile } from '../../script/run-files.ts'
import { renamedPrograms, runCode } from '../../script/written-code.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Ways in which bash, and programs that are no shells, run what is given to them by other means. */
const WAYS: readonly { readonly program: RegExp; readonly args: RegExp; readonly what: string }[] = [
  {
    program: /^(?:cmake|ninja|meson|ssh-keygen)$/,
    args: /^\/dev\/(?:fd|stdin)/,
    what: 'is handed a text to run',
  },
  {
    program: /^(?:enable|complete|compgen|bind|hash)$/,
    args: /^-[a-zA-Z]*[fCFxp]/,
    what: 'changes what a command means',
  },
  { program: /^(?:mapfile|readarray)$/, args: /^-[a-zA-Z]*C/, what: 'runs a command for every line' },
  { program: /^(?:declare|typeset|local)$/, args: /^-[a-zA-Z]*n/, what: 'gives a variable a second name' },
  {
    program: /^(?:tar|bsdtar|gtar)$/,
    args: /^(?:--to-command|--checkpoint-action|--use-compress-program|--rsh-command|--info-script|-I|-F)/,
    what: 'runs another program',
  },
  {
    program: /^git$/,
    args: /^(?:core\.(?:sshCommand|fsmonitor|hooksPath|pager|editor|askPass|gitProxy)|.*\.(?:cmd|command|helper|textconv|clean|smudge|process)|alias\..*|protocol\.ext\.allow)(?:=|$)|^ext::|^--upload-pack|^--receive-pack|^--exec=/i,
    what: 'makes git run another program',
  },
  {
    program: /^(?:make|gmake|bmake)$/,
    args: /^(?:SHELL=|-f-$|-$|-f\/dev|\/dev\/fd|--eval|MAKEFLAGS=.*--eval)/,
    what: 'hands make a text to run',
  },
  {
    program: /^(?:sed|gsed)$/,
    args: /^(?:[\d$,/^!]*e(?:\s|$)|\d*e\s+\S|s(.).*\1.*\1[gpimIM\d]*e[gpimIM\d]*$)|^\$?\{?\s*e\s/,
    what: 'makes sed run a command',
  },
  {
    program: /^(?:awk|gawk|mawk|nawk)$/,
    args: /\bsystem\s*\(|\|\s*getline|\|&|\|\s*"|\|\s*[a-z_]\w*\s*[;}]|\/inet/,
    what: 'makes awk run a command',
  },
  {
    program: /^(?:vim?|nvim|ex|emacs|ed|gdb|gdb-multiarch)$/,
    args: /^(?:-c|-ex|\+.*|--eval|-x|-e|-s|-es|--batch)$/,
    what: 'runs commands of an editor or debugger',
  },
  { program: /^(?:sort|split)$/, args: /^--(?:compress-program|filter)/, what: 'runs another program' },
  {
    program: /^(?:npm|pnpm|yarn)$/,
    args: /^script-shell/,
    what: 'changes what runs the scripts of packages',
  },
  { program: /^(?:ssh|scp|sftp|rsync)$/, args: /ProxyCommand|^--?rsh|^-e/, what: 'runs another program' },
  {
    program:
      /^(?:script|ld-linux.*|ld\.so|ld-musl.*|systemd-run|dbus-send|gio|xdg-open|expect|screen|tmux|watch|entr|socat|ncat|nc|logrotate|run-parts|start-stop-daemon|bwrap|firejail|proxychains4?|torsocks|torify|tsocks|systemd-inhibit|unbuffer|hyperfine|sem)$/,
    args: /^/,
    what: 'runs another program',
  },
]
/** Code of other languages that runs programs, decodes texts, or opens connections and files of others. */
const CODE =
  /\bexec\s*\(|\beval\s*\(|__import__|\bcompile\s*\(|\bos\.(?:system|popen|exec|spawn|posix_spawn)|subprocess|\bpty\b|\bctypes\b|codecs\.|base64|b64decode|fromhex|unhexlify|\bzlib\b|marshal|pickle|getattr\s*\(|importlib\.import_module|child_process|execSync|spawnSync|\bspawn\s*\(|new\s+Function|Buffer\.from\s*\(|atob|process\.binding|\bqx\b|\bsystem\b|`[^`]*`|\bunpack\s*\(|IO\.popen|Open3|%x[{(]|Kernel\.|os\.execute|io\.popen|shell_exec|passthru|proc_open/

/** What is run has to stand in the script, for whoever reads it before building. */
export const hiddenCommand: Rule<CheckedWorker> = {
  id: 'hidden-command',
  severity: 'error',
  summary: 'every command that is run can be read in the script',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) => {
      const { calls, obscure } = deeds
      const cure = 'write the command out where it is run'
      return [
        ...obscure.map(({ text, why, place }) => ({ line: place.line, reason: `"${text}" ${why}`, cure })),
        ...runCode(deeds)
          .filter(({ text }) => CODE.test(text))
          .map(({ path, line }) => ({
            line,
            reason: `${shown(path)} is written here, and runs or decodes something else`,
            cure,
          })),
        ...renamedPrograms(deeds).map(([{ path, place }, source]) => ({
          line: place.line,
          reason: `${shown(path)} is ${source} under another name`,
          cure,
        })),
        ...calls.flatMap((call) => {
          const what = wayOf(call)
          return what === null ? [] : [{ line: call.place.line, reason: `${call.program} ${what}`, cure }]
        }),
      ]
    }),
}

function wayOf(call: Call): string | null {
  const { program, args } = call
  if (program === null) return null
  // What `xargs` and `find` put in the place of such a word.
  if (/^[^\w[:.!\]-]+$/.test(program)) return 'is put in from elsewhere, and run'
  for (const { program: name, args: form, what } of WAYS) {
    if (name.test(program) && (args.some((word) => form.test(word)) || form.source === '^')) return what
  }
  if (
    (program === 'source' || program === '.') &&
    isUnknown(args[0] ?? '') &&
    !/^[/.\w]/.test(args[0] ?? '')
  ) {
    return `runs a file that only running the script would tell (${shown(args[0] ?? '')})`
  }
  const chosen = [...args, ...call.assigned].find((word) => CHOSEN_PROGRAM.test(word))
  if (chosen !== undefined) return `is told to run a program that no source brings (${shown(chosen)})`
  const file = runFile(call)
  if (file !== null && STRANGE.test(file)) return `runs ${shown(file)}, which no source brings`
  return isCodeRunner(program) ? codeProblem(call) : null
}

/** Files that neither the sources nor the system bring: they are whoever's they are on the machine that builds. */
const STRANGE = /^\/(?:\ue003|tmp|var\/tmp|home|root|dev\/shm|run|proc|mnt|media|\.\.)(?:\/|$)/

/** `RUSTC_WRAPPER=/tmp/x`, `-DCMAKE_C_COMPILER=/tmp/x` */
const CHOSEN_PROGRAM =
  /^(?:-D)?\w*(?:CC|CXX|LD|WRAPPER|LAUNCHER|LINKER|RUNNER|COMPILER|SHELL)(?::\w+)?=\/(?:\ue003|tmp|var\/tmp|home|root|dev\/shm)\//

/** Tcl runs a program by a word that other languages use otherwise. */
const TCL_EXEC = /(?:^|[\s;[{])(?:exec|open\s+"?\||socket)\s/

function codeProblem(call: Call): string | null {
  const { args, input } = call
  const texts = codeTexts(call)
  if (texts.some((text) => CODE.test(text) || (/^tclsh/.test(call.program ?? '') && TCL_EXEC.test(text))))
    return 'runs a text that runs or decodes something else'
  const isUntold = texts.some(
    (text) => isUnknown(text) && !/^[\s\S]{4,}/.test(text.replaceAll(/[\ue000-\ue00f]/g, '')),
  )
  return isUntold ||
    (input.kind === 'text' &&
      input.text === null &&
      texts.length === 0 &&
      args.every((word) => word.startsWith('-')))
    ? 'runs a text that only running the script would tell'
    : null
}
