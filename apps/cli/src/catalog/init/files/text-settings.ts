/** Line ends are the same on every machine: sums of files in worker folders must not depend on who checked them out. */
export const GIT_ATTRIBUTES = `* text=auto eol=lf
PKGBUILD text eol=lf linguist-language=Shell
PKGBUILD.bin text eol=lf linguist-language=Shell
.SRCINFO text eol=lf linguist-generated
`

export const EDITOR_CONFIG = `root = true

[*]
charset = utf-8
end_of_line = lf
insert_final_newline = true
trim_trailing_whitespace = true
indent_style = space
indent_size = 2

[*.md]
trim_trailing_whitespace = false
`
