import { EXIT } from '../../program/exit-codes.ts'
import { type BootEntry, OWN_MARK, RESTART_SECONDS, STOP_SECONDS } from './boot-entry.ts'

/**
 * A user unit of systemd. Of a running worker only the supervisor is told to end (`KillMode=mixed`), because it lets the
 * worker finish its requests. What is refused, because its release is quarantined, is refused again however often it is
 * tried. Source: systemd.service(5), systemd.kill(5).
 */
export function systemdUnit({ name, command, path }: BootEntry): string {
  const [program = '', ...args] = startable(command)
  return `# ${OWN_MARK}; the next time it is replaced.
[Unit]
Description=rbee worker ${name}

[Service]
ExecStart=${[systemdQuoted(program), ...args.map(systemdArgument)].join(' ')}
Environment=${systemdQuoted(`PATH=${path}`)}
Restart=on-failure
RestartPreventExitStatus=${EXIT.refused}
RestartSec=${RESTART_SECONDS}
KillMode=mixed
TimeoutStopSec=${STOP_SECONDS}

[Install]
WantedBy=default.target
`
}

/** Systemd refuses paths of programs that hold such characters, however they are written; a shell does not. */
const REFUSED_IN_PATH = /[\u0000-\u001f\u007f"'\\]/

function startable(command: readonly string[]): readonly string[] {
  return REFUSED_IN_PATH.test(command[0] ?? '') ? ['/bin/sh', '-c', 'exec "$0" "$@"', ...command] : command
}

/**
 * An argument of ExecStart. Variables are replaced in arguments, where a dollar sign is doubled, but not in the program's
 * path, where it would stay doubled. Source: systemd.service(5), "Command lines".
 */
function systemdArgument(text: string): string {
  return systemdQuoted(text).replaceAll('$', '$$$$')
}

/** A word in quotes, in which `%` begins a specifier and C escapes are read. Source: systemd.syntax(7), systemd.unit(5). */
function systemdQuoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replace(/[\u0000-\u001f\u007f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return `"${escaped}"`
}
