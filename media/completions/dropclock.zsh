#compdef dropclock
# Completion of dropclock for zsh. In ~/.zshrc, after compinit: source <(dropclock completion zsh)
# The program is the one on the PATH: completing must not run what lies in a folder that somebody only looks at.
_dropclock() {
  local line
  local -a entries
  while IFS= read -r line; do
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *$'\t'*) entries+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) entries+=("${line//:/\\:}") ;;
    esac
  done < <(command dropclock __complete $((CURRENT - 2)) "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  _describe -V dropclock entries
}
if [[ ${funcstack[1]} == _dropclock ]]; then
  _dropclock "$@"
else
  compdef _dropclock dropclock
fi
