import { PIN_FILE } from '../program-pin.ts'
import { indented } from './expression.ts'

/** Where {@link fetchPrograms} puts the programs, in the words of a script. */
export const PROGRAM = '"$RUNNER_TEMP/rbee/bin/rbee-catalog"'
export const PUBLISH_PROGRAM = '"$RUNNER_TEMP/rbee/bin/rbee-publish"'

/** Nothing is unpacked, let alone run, before its bytes were compared with the lock. */
const SCRIPT = String.raw`
git show "$PINNED_AT:${PIN_FILE}" > "$RUNNER_TEMP/rbee.lock"
sha256=$(sed -n 's/^sha256 //p' "$RUNNER_TEMP/rbee.lock")
url=$(sed -n 's/^url //p' "$RUNNER_TEMP/rbee.lock")
if [ -z "$sha256" ] || [ -z "$url" ]; then
  echo "::error file=${PIN_FILE}::it names no programs yet; pin them with: rbee-catalog init . --registry https://YOUR.REGISTRY --only ${PIN_FILE} --force"
  exit 1
fi
curl --proto '=https,http' --proto-redir '=https' --fail --silent --show-error --location --retry 3 \
  --max-time 300 --max-filesize 500000000 --output "$RUNNER_TEMP/rbee.tar.gz" -- "$url"
echo "$sha256  $RUNNER_TEMP/rbee.tar.gz" | sha256sum --check --strict --quiet -
mkdir "$RUNNER_TEMP/rbee"
tar -xzf "$RUNNER_TEMP/rbee.tar.gz" --no-same-owner -C "$RUNNER_TEMP/rbee"
${PROGRAM} --version
`

/**
 * The step that fetches the programs which the lock of the repository names.
 *
 * @param pinnedAt the commit whose lock counts: never one that a stranger wrote.
 */
export function fetchPrograms(pinnedAt: string): string {
  return `      - name: Fetch the programs
        env:
          PINNED_AT: ${pinnedAt}
        run: |
${indented(SCRIPT, 10)}`
}
