import { COMMUNITY_FOLDER, EXAMPLE_FOLDER } from './example-worker.ts'

/** What is looked at, and how a worker is laid out. */
export function contributing(): string {
  return `# Contributing

## One worker, one folder

A submission changes one folder below \`${COMMUNITY_FOLDER}\`, and nothing else. Its layout is one of two:

- **Beside its sources**, as in [\`${EXAMPLE_FOLDER}\`](${EXAMPLE_FOLDER}): \`worker.toml\` beside \`Cargo.toml\`, \`package.json\` or \`pyproject.toml\`, which
  states the version. Every feature becomes a variant with an address of its own: \`my-worker-cpu\`, \`my-worker-cuda\`.
- **Beside PKGBUILDs**: \`worker.toml\` beside a \`PKGBUILD\` that builds from source, a \`PKGBUILD.bin\` that fetches a build, or both.
  They state the version, and agree on it. A binary one looks like this:

\`\`\`bash
pkgname=my-worker-bin
pkgver=1.0.0
pkgrel=1
pkgdesc='Transcribes speech with a small model'
arch=('x86_64')
url='https://github.com/ada/my-worker'
license=('MIT')
provides=('my-worker')
conflicts=('my-worker')
source_x86_64=("https://github.com/ada/my-worker/releases/download/v$pkgver/my-worker-linux-x86_64.tar.gz")
sha256sums_x86_64=('THE SHA-256 OF THAT FILE')

package() {
  install -Dm755 my-worker "$pkgdir/usr/bin/my-worker"
  install -Dm644 LICENSE "$pkgdir/usr/share/licenses/$pkgname/LICENSE"
}
\`\`\`

## What is looked at

- The id is free, is no reserved word, and cannot be mistaken for an official worker or for one of other maintainers.
- The folder is yours: your account stands in its \`maintainers\`, in this repository and not only in the submission.
- The version goes up whenever something changes. A version that was released is never rewritten.
- The licence is an SPDX expression, and its text lies beside the manifest.
- Sources are fetched by https or git+https from hosts with a name, with a real checksum; \`SKIP\` is for version control only.
- A PKGBUILD holds variables and functions, and no other commands. It writes below \`$srcdir\` and \`$pkgdir\` only, fetches nothing by
  itself, installs no services, set-uid programs or install scripts, and reads no credentials.
- Files are plain UTF-8 text without invisible characters, links or submodules.

Each finding says where it is, why, what to do, and the rule it comes from. Warnings are advice. A finding that you think is wrong
is a defect of the checks: say so in the submission.

## How it goes on

Push more commits to the same branch; each is checked. After the merge the worker is served within minutes. Later changes are
submissions like the first.
`
}
