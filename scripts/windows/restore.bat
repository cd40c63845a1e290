@echo off
call "%~dp0..\run.bat" restore %*
exit /b %errorlevel%
