@echo off
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined DROPCLOCK_NODE set DROPCLOCK_NODE=node
"%DROPCLOCK_NODE%" "%~dp0..\cli.js" %*
