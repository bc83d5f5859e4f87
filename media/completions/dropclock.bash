# Completion of dropclock for bash. In ~/.bashrc: source <(dropclock completion bash)
# The program is the one on the PATH: completing must not run what lies in a folder that somebody only looks at.
_dropclock() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null ;;
      :folders) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <(command dropclock __complete "$((COMP_CWORD - 1))" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
# The bash of macOS has no order of ours.
complete -o nosort -F _dropclock dropclock 2>/dev/null || complete -F _dropclock dropclock
