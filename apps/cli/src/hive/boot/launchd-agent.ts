import { type BootEntry, OWN_MARK, RESTART_SECONDS, STOP_SECONDS } from './boot-entry.ts'

/**
 * A launch agent of macOS; it starts when the user logs in. Source: launchd.plist(5). Its form is tested, its effect is
 * not: that takes a Mac.
 */
export function launchdAgent({ name, command, path }: BootEntry): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${OWN_MARK}; the next time it is replaced. -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${agentLabel(name)}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${xmlText(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${xmlText(path)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>${RESTART_SECONDS}</integer>
  <key>ExitTimeOut</key>
  <integer>${STOP_SECONDS}</integer>
</dict>
</plist>
`
}

/** The name by which launchd knows the agent of an instance. */
export function agentLabel(name: string): string {
  return `dev.rbee.${name}`
}

/** Line breaks are written as references: a parser may turn one kind into another. Others of XML's forbidden characters cannot be said. */
function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}
