import type { Problem, Rule } from '../../rule.ts'
import { PKG_DIR, shown } from '../../script/markers.ts'
import { targetsOf } from '../../script/targets.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** Folders of a package out of which something is started, or given rights, without anybody asking for it. */
const STARTED =
  /^(?:(?:usr\/)?lib\/(?:systemd|udev|modules-load\.d|sysusers\.d|tmpfiles\.d|sysctl\.d|environment\.d|binfmt\.d|security)(?:\/|$)|etc\/(?:systemd|cron[^/]*|anacrontab|init\.d|rc\.[^/]*|rc\.d|runit|sv|s6|profile|profile\.d|bash\.bashrc|zsh|environment|ld\.so\.[^/]*|sudoers|sudoers\.d|doas\.conf|pam\.d|xdg\/autostart|pacman\.d|udev|modules-load\.d|sysctl\.d|polkit-1|dbus-1|security|sysusers\.d|tmpfiles\.d|X11\/xinit|NetworkManager\/dispatcher\.d|apt|yum|passwd|shadow|group|hosts|crypttab|fstab|skel|modprobe\.d|logrotate\.d|fish\/(?:conf\.d|config\.fish)|X11\/(?:Xsession|xorg\.conf)\.d|xdg\/plasma-workspace|gitconfig|nsswitch\.conf|resolv\.conf|pacman\.conf|makepkg\.conf[^/]*|ssh|ca-certificates|inittab|inputrc|bashrc)(?:\/|$)|var\/spool\/(?:cron|at)(?:\/|$)|usr\/share\/(?:autostart|ca-certificates\/trust-source|fish\/vendor_conf\.d|git-core\/templates|libalpm|pam-configs|polkit-1|dbus-1\/(?:system-)?services|gnome\/autostart)(?:\/|$)|usr\/lib\/(?:modprobe\.d|NetworkManager|python[^/]*\/(?:site-packages\/)?(?:[^/]*\.pth|(?:site|user)customize\.py)|initcpio|dracut|kernel\/install\.d|environment\.d)(?:\/|$)|root(?:\/|$)|home(?:\/|$))/
const PROGRAMS: ReadonlySet<string> = new Set([
  'anacron',
  'at',
  'batch',
  'chkconfig',
  'crontab',
  'insserv',
  'launchctl',
  'loginctl',
  'rc-service',
  'rc-update',
  'service',
  'systemctl',
  'systemd-run',
  'systemd-sysusers',
  'systemd-tmpfiles',
  'update-rc.d',
])

/** A worker runs when its user says so; nothing of a package starts by itself. */
export const service: Rule<CheckedWorker> = {
  id: 'service',
  severity: 'error',
  summary: 'no package brings services, timers, cron jobs or hooks',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) => {
      const cure = 'leave it out: rbee-hive starts a worker when its user asks for it'
      const programs = deeds.calls
        .filter(({ program }) => PROGRAMS.has(program ?? ''))
        .map(({ program, place }) => ({
          line: place.line,
          reason: `${program} starts something by itself`,
          cure,
        }))
      const targets = [
        ...deeds.writes.map(({ path, place }) => ({ path, line: place.line })),
        ...deeds.calls.flatMap((call) =>
          targetsOf(call, deeds).map((path) => ({ path, line: call.place.line })),
        ),
      ]
      const files = targets.flatMap(({ path, line }) =>
        path.startsWith(`${PKG_DIR}/`) && STARTED.test(path.slice(PKG_DIR.length + 1))
          ? [{ line, reason: `${shown(path)} is started or obeyed by the system`, cure }]
          : [],
      )
      return [...programs, ...files]
    }),
}
