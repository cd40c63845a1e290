@echo off
call "%~dp0..\run.bat" stop-all %*
exit /b %errorlevel%
