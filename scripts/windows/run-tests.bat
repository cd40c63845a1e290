@echo off
call "%~dp0..\run.bat" run-tests %*
exit /b %errorlevel%
