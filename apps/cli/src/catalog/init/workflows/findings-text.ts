/** What the comment on a submission begins with, so that the next one replaces it. */
export const COMMENT_MARK = '<!-- rbee-catalog check -->'

/** Findings that are written out. All of them in the widest letters still fit into one variable, 128 KiB on Linux. */
const MOST = 30

/**
 * A jq program that turns what `rbee-catalog check --json` says into Markdown. File names and words in findings are a
 * stranger's: they stand in a fenced block, without what could end it, hide text or break the line. Nobody is
 * mentioned and nothing is linked out of a fenced block.
 */
export const FINDINGS_TEXT = String.raw`
def clean(length): tostring | gsub("[\u0000-\u001f\u007f-\u009f\u0060\\p{Cf}\u2028\u2029]"; " ") | .[0:length];
def count(word): tostring + " " + word + (if . == 1 then "" else "s" end);
.findings as $all
| ($all | map(select(.severity == "error")) | length) as $errors
| "**" + ($errors | count("error")) + ", " + (($all | length) - $errors | count("warning")) + "**",
  if $all == [] then empty else
    "",
    "\u0060\u0060\u0060text",
    ($all[0:${MOST}][] |
      ((.severity | clean(10)) + "  " + (.file // "." | clean(200))
        + (if .line then ":" + (.line | clean(10)) else "" end) + "  [" + (.rule | clean(60)) + "]"),
      ("  " + (.reason | clean(300))),
      (if .cure then "  next: " + (.cure | clean(300)) else empty end)),
    (if ($all | length) > ${MOST} then "and " + (($all | length) - ${MOST} | tostring) + " more" else empty end),
    "\u0060\u0060\u0060"
  end
`
