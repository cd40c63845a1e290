@echo off
rem Finds a Python of at least 3.11 and hands over to convoai.py. Each candidate is really run: the store's shim may fail.
setlocal
set "check=import sys; sys.exit(sys.version_info < (3, 11))"
if defined CONVOAI_PYTHON (
    "%CONVOAI_PYTHON%" -c "%check%" >nul 2>&1 && set "found="%CONVOAI_PYTHON%"" && goto run
)
for %%p in ("py -3.13" "py -3.12" "py -3.11" "python3" "python") do (
    %%~p -c "%check%" >nul 2>&1 && set "found=%%~p" && goto run
)
echo Python 3.11 or newer was not found: install it from https://www.python.org/downloads/ and run the command again. 1>&2
exit /b 1
:run
%found% "%~dp0convoai.py" %*
exit /b %errorlevel%
