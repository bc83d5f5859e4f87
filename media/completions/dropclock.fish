# Completion of dropclock for fish: dropclock completion fish > ~/.config/fish/completions/dropclock.fish
# The program is the one on the PATH: completing must not run what lies in a folder that somebody only looks at.
function __dropclock_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct)
    for line in (command dropclock __complete (count $before) $before "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c dropclock -e
complete -c dropclock -f -k -a '(__dropclock_complete)'
